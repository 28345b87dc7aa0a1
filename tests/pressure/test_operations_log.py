"""The log of operations: who writes it, how it is read, what it keeps."""

import asyncpg
import pytest

from rustok.app.operations.log import OperationsLog
from rustok.core.host import Host
from rustok.core.modules.states import ModuleStates
from rustok.testing.databases import TestDatabase


async def test_entries_come_in_their_order_and_by_kind(host: Host) -> None:
    log = host.get(OperationsLog)
    for number in range(4):
        await log.note("even" if number % 2 == 0 else "odd", f"thing {number}", {"n": number})
    assert [each.subject for each in await log.latest(kind="even")] == ["thing 0", "thing 2"]
    (last,) = await log.latest(limit=1)
    assert (last.kind, last.subject, last.details) == ("odd", "thing 3", '{"n": 3}')


async def test_a_module_that_ails_and_recovers_is_noted(host: Host) -> None:
    states = host.get(ModuleStates)
    states.move("commerce", "degraded", "the shelf is empty")
    states.move("commerce", "healthy")
    log = host.get(OperationsLog)
    await log.close()
    noted = {each.details for each in await log.latest(kind="module")}
    assert any(
        '"to": "degraded"' in details and "the shelf is empty" in details for details in noted
    )
    assert any('"to": "healthy"' in details for details in noted)


async def test_the_roles_write_by_the_function_alone_and_the_worker_reads(
    database: TestDatabase,
) -> None:
    for url, may_read in ((database.runtime_url, False), (database.worker_url, True)):
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("SELECT sys_note_operation('test', 'it', '{}')")
            for forbidden in (
                "INSERT INTO sys_operations (kind, subject) VALUES ('a', 'b')",
                "DELETE FROM sys_operations",
                "UPDATE sys_operations SET kind = ''",
                "UPDATE sys_pressure SET reading = ''",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(forbidden)
            if may_read:
                assert await connection.fetchval("SELECT count(*) FROM sys_operations") == 2
            else:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.fetchval("SELECT count(*) FROM sys_operations")
        finally:
            await connection.close()


async def test_entries_are_kept_for_90_days(database: TestDatabase) -> None:
    owner = await asyncpg.connect(database.owner_url)
    try:
        await owner.execute("""
            INSERT INTO sys_operations (at, kind, subject)
            SELECT now() - make_interval(days => day), 'test', day::text
            FROM unnest(ARRAY[1, 89, 91, 400]) AS day
        """)
        await owner.execute("SELECT sys_note_operation('test', 'now', '{}')")
        kept = await owner.fetch("SELECT subject FROM sys_operations ORDER BY at")
        assert [row["subject"] for row in kept] == ["89", "1", "now"]
    finally:
        await owner.close()
