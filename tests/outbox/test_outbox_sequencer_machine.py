"""The sequencer, driven through interleavings of transactions that nobody would think of.

What the log must be is a model in a few lines; what it is comes from the SQL that really runs.
"""

import asyncio
import os
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rustok.core.context import TenantRef
from rustok.outbox import repository
from rustok.testing.databases import TestDatabase

EXAMPLES = int(os.environ.get("RUSTOK_MACHINE_EXAMPLES", "25"))
STEPS = 40
WRITERS = 4
THINGS = [uuid4() for _ in range(3)]
EMPTY = """
    TRUNCATE sys_events, sys_tenant_heads, sys_retries, sys_dead_letters;
    UPDATE sys_log_head SET position = 0;
"""
LOG = """
    SELECT position, aggregate_id, aggregate_version FROM sys_events
    WHERE position > $1 ORDER BY position
"""
T = TypeVar("T")
Change = tuple[UUID, int]


class Open:
    """A transaction that is open: what it has recorded, and whose row it has locked."""

    def __init__(self, connection: asyncpg.Connection, transaction: Any, thing: UUID) -> None:
        self.connection = connection
        self.transaction = transaction
        self.thing = thing
        self.recorded: list[Change] = []


class SequencerMachine(RuleBasedStateMachine):
    """Writers that pause, commit and give up; sequencers that are killed; a reader that follows."""

    def __init__(self, url: str, tenant: UUID) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._url = url
        self._tenant = tenant
        self._open: dict[int, Open] = {}
        self._versions = dict.fromkeys(THINGS, 0)
        self._committed: set[Change] = set()
        self._sequencing: Any = None
        self._position = 0
        self._read: list[Change] = []
        self._connections = self._run(self._connect())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def _connect(self) -> list[asyncpg.Connection]:
        found = [await asyncpg.connect(self._url) for _ in range(WRITERS + 2)]
        await found[0].execute(EMPTY)
        return found

    @property
    def _reader(self) -> asyncpg.Connection:
        return self._connections[WRITERS]

    @property
    def _sequencer(self) -> asyncpg.Connection:
        return self._connections[WRITERS + 1]

    @initialize(thing=st.sampled_from(THINGS))
    def something_was_there_before(self, thing: UUID) -> None:
        self.begin(0, thing)
        self.commit(0)

    @rule(writer=st.integers(0, WRITERS - 1), thing=st.sampled_from(THINGS))
    def begin(self, writer: int, thing: UUID) -> None:
        """A transaction begins with its aggregate's row, which nobody else has."""
        if writer in self._open or any(other.thing == thing for other in self._open.values()):
            return
        connection = self._connections[writer]
        transaction = connection.transaction()
        self._run(transaction.start())
        self._open[writer] = Open(connection, transaction, thing)
        self.record(writer)

    @rule(writer=st.integers(0, WRITERS - 1))
    def record(self, writer: int) -> None:
        found = self._open.get(writer)
        if found is None:
            return
        version = self._versions[found.thing] + len(found.recorded) + 1
        self._run(self._append(found, version))
        found.recorded.append((found.thing, version))

    async def _append(self, found: Open, version: int) -> None:
        arguments = repository.APPEND.arguments(
            self._tenant,
            {
                "ids": [uuid4()],
                "names": ["thing.changed"],
                "schema_versions": [1],
                "aggregates": ["thing"],
                "aggregate_ids": [found.thing],
                "aggregate_versions": [version],
                "payloads": ["{}"],
                "traces": [""],
                "now": datetime.now(UTC),
                "actor_id": None,
                "correlation_id": "",
                "causation_id": None,
            },
        )
        await found.connection.fetchval(repository.APPEND.sql, *arguments)

    @rule(writer=st.integers(0, WRITERS - 1))
    def commit(self, writer: int) -> None:
        found = self._open.pop(writer, None)
        if found is None:
            return
        self._run(found.transaction.commit())
        self._versions[found.thing] += len(found.recorded)
        self._committed.update(found.recorded)

    @rule(writer=st.integers(0, WRITERS - 1))
    def give_up(self, writer: int) -> None:
        found = self._open.pop(writer, None)
        if found is not None:
            self._run(found.transaction.rollback())

    @precondition(lambda self: self._sequencing is None)
    @rule(batch=st.integers(1, 5))
    def sequence(self, batch: int) -> None:
        self._run(self._sequence(batch))

    @precondition(lambda self: self._sequencing is None)
    @rule(batch=st.integers(1, 5))
    def begin_to_sequence(self, batch: int) -> None:
        self._sequencing = self._sequencer.transaction()
        self._run(self._sequencing.start())
        self._run(self._sequence(batch))

    @precondition(lambda self: self._sequencing is not None)
    @rule(killed=st.booleans())
    def end_sequencing(self, *, killed: bool) -> None:
        """One that is killed before its commit has numbered nothing."""
        transaction, self._sequencing = self._sequencing, None
        self._run(transaction.rollback() if killed else transaction.commit())

    async def _sequence(self, batch: int) -> int:
        arguments = repository.SEQUENCE.arguments(None, {"batch": batch})
        row = await self._sequencer.fetchrow(repository.SEQUENCE.sql, *arguments)
        return int(row[0])

    @rule()
    def read_on(self) -> None:
        """A reader goes on from where it is: what came below that place it will never see."""
        for row in self._run(self._reader.fetch(LOG, self._position)):
            assert row["position"] == self._position + 1, "a hole, or a position given twice"
            self._position = row["position"]
            self._read.append((row["aggregate_id"], row["aggregate_version"]))

    @invariant()
    def what_was_read_is_committed_once_and_in_order(self) -> None:
        assert set(self._read) <= self._committed
        for thing in THINGS:
            versions = [version for read, version in self._read if read == thing]
            assert versions == list(range(1, len(versions) + 1))

    def teardown(self) -> None:
        """Liveness: once nothing stands in the way, the reader gets everything."""
        try:
            for writer in list(self._open):
                self.commit(writer)
            if self._sequencing is not None:
                self.end_sequencing(killed=True)
            while self._run(self._sequence(1_000)):
                continue
            self.read_on()
            assert set(self._read) == self._committed
        finally:
            self._run(self._disconnect())
            self._runner.close()

    async def _disconnect(self) -> None:
        for connection in self._connections:
            await connection.close()


async def test_a_reader_sees_each_committed_event_once_and_in_order(
    database: TestDatabase, tenant: TenantRef
) -> None:
    class Here(SequencerMachine):
        def __init__(self) -> None:
            super().__init__(database.owner_url, tenant.id)

    await asyncio.to_thread(
        run_state_machine_as_test,
        Here,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
