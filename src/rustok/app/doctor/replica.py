"""What the replica says, and whether it is the database's own."""

from typing import Any

import asyncpg

from rustok.app.doctor.report import Finding, fine, problem, warning
from rustok.outbox.replica_repository import NODE, NodeRow

CHECK = "replica"
CONNECT_SECONDS = 5.0
REMEDY = "Let DATABASE_REPLICA_URL name a streaming replica of DATABASE_URL, or unset it."


async def finding(primary: Any, url: str) -> Finding:
    """One finding; `primary` is a connection to the database itself."""
    try:
        replica = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        detail = f"does not answer ({error}); projections read the primary"
        return warning(CHECK, detail, "Start it, or correct DATABASE_REPLICA_URL.")
    try:
        there, here = await _node(replica), await _node(primary)
    finally:
        await replica.close()
    if not there.is_replica:
        return problem(CHECK, "is no replica: it takes writes", REMEDY)
    if there.system != here.system:
        return problem(CHECK, "is a replica of another server", REMEDY)
    if there.timeline != here.timeline:
        detail = f"is on timeline {there.timeline}, the primary on {here.timeline}"
        return warning(CHECK, detail, f"Wait for its next restartpoint. {REMEDY}")
    return fine(CHECK, f"follows, {max(0, here.place - there.place)} bytes behind")


async def _node(connection: Any) -> NodeRow:
    return NODE.row(await connection.fetchrow(NODE.sql))
