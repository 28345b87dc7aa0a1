"""A projection's documents must be the same whether they came event by event or by a rebuild."""

from typing import Any

import asyncpg

from rustok.app.workers import all_workers
from rustok.core.db.document_ddl import table_name
from rustok.core.documents import Projection
from rustok.core.host import Host
from rustok.core.modules.manifest import Module
from rustok.index.service import rebuilds

ROWS = """
    SELECT to_jsonb(d) - 'projection_version' AS document FROM {table} d
    WHERE d.projection_version = (SELECT version FROM index_projections
                                  WHERE kind = $1 AND state = 'active')
    ORDER BY d.tenant_id, d.id, d.locale
"""


async def problems(owner_url: str, host: Host, module: Module) -> list[str]:
    """What is wrong with the projections of a module that has written some data.

    All its events are applied one by one, everything is rebuilt, and both are compared.
    """
    make = module.part("projections")
    projections: list[Projection] = [] if make is None else list(make(host))
    kinds = [projection.kind.name for projection in projections]
    found = [
        f"{projection.kind.name}: {event} is no event of an installed module"
        for projection in projections
        for event in projection.events
        if event not in _events(host)
    ]
    connection = await asyncpg.connect(owner_url)
    try:
        await all_workers(host).settle()
        live = {kind: await _documents(connection, kind) for kind in kinds}
        for kind in kinds:
            await rebuilds(host)[kind].run()
        rebuilt = {kind: await _documents(connection, kind) for kind in kinds}
    finally:
        await connection.close()
    found += [f"{kind}: there is no document to compare" for kind in kinds if not live[kind]]
    found += [f"{kind}: a rebuild differs" for kind in kinds if live[kind] != rebuilt[kind]]
    return found


async def _documents(connection: Any, kind: str) -> list[str]:
    rows = await connection.fetch(ROWS.format(table=table_name(kind)), kind)
    return [row["document"] for row in rows]


def _events(host: Host) -> set[str]:
    return {fact.name for module in host.modules for fact in module.part("events") or ()}
