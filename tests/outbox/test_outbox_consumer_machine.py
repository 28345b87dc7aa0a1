"""Consumers of several workers, driven through interleavings of takes, stalls, deaths and wakings.

A worker that stalls past its lease may wake up at any point and go on with what it had begun. The
model is how far each tenant's events were applied; the statements are those that really run.
"""

import asyncio
import os
from collections.abc import Coroutine, Sequence
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
    rule,
    run_state_machine_as_test,
)

from rustok.core.context import TenantRef
from rustok.core.sql import Query
from rustok.outbox import repository
from rustok.outbox.repository import Look
from rustok.testing.databases import TestDatabase

EXAMPLES = int(os.environ.get("RUSTOK_MACHINE_EXAMPLES", "25"))
STEPS = 40
WORKERS = 3
CONSUMER = "machine.consumer"
LONG_SECONDS = 3_600.0
EMPTY = """
    TRUNCATE sys_events, sys_tenant_heads, sys_cursors, sys_workers, sys_leases, sys_attempts,
             sys_suspects, sys_retries, sys_dead_letters;
    DELETE FROM sys_consumers;
    UPDATE sys_log_head SET position = 0;
    CREATE TABLE IF NOT EXISTS machine_effects (
        number bigint GENERATED ALWAYS AS IDENTITY, tenant_id uuid, position bigint);
    TRUNCATE machine_effects;
"""
PUT = """
    INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, aggregate_id,
                            aggregate_version, payload, occurred_at, correlation_id)
    VALUES ($1, $2, 'thing.changed', 1, 'thing', $2, 1, '{}', now(), '')
"""
EFFECT = "INSERT INTO machine_effects (tenant_id, position) VALUES ($1, $2)"
EFFECTS = "SELECT tenant_id, position FROM machine_effects ORDER BY number"
LOG = "SELECT tenant_id, position FROM sys_events ORDER BY position"
LATE = "UPDATE sys_workers SET seen_until = clock_timestamp() - interval '1 second' WHERE id = $1"
T = TypeVar("T")


class Worker:
    """A process: how far it has come in applying what it took."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.id = uuid4()
        self.look: Look | None = None
        self.transaction: Any = None


class ConsumerMachine(RuleBasedStateMachine):
    """Each rule is one step of one worker, so that any two may be interleaved anywhere."""

    def __init__(self, url: str, tenants: Sequence[UUID]) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._url = url
        self._tenants = tenants
        self._workers = self._run(self._connect())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def _connect(self) -> list[Worker]:
        self._owner = await asyncpg.connect(self._url)
        await self._owner.execute(EMPTY)
        return [Worker(await asyncpg.connect(self._url)) for _ in range(WORKERS)]

    async def _ask(self, worker: Worker, query: Query[T], **values: object) -> list[T]:
        arguments = query.arguments(None, {"worker": worker.id, **values})
        return [query.row(row) for row in await worker.connection.fetch(query.sql, *arguments)]

    @initialize()
    def everybody_is_there(self) -> None:
        for number in range(WORKERS):
            self.sign(number)

    @rule(tenant=st.integers(0, 1), count=st.integers(1, 4))
    def write(self, tenant: int, count: int) -> None:
        self._run(self._write(self._tenants[tenant], count))

    async def _write(self, tenant: UUID, count: int) -> None:
        for _ in range(count):
            await self._owner.execute(PUT, tenant, uuid4())
        await self._owner.execute("SELECT sys_sequence(1000)")

    @rule(number=st.integers(0, WORKERS - 1))
    def sign(self, number: int) -> None:
        """A sign of life, which also buries who gave none for too long."""
        worker = self._workers[number]
        if worker.transaction is None:
            self._run(self._sign(worker))

    async def _sign(self, worker: Worker) -> None:
        await self._ask(
            worker,
            repository.LEASE,
            consumers=[CONSUMER],
            seconds=LONG_SECONDS,
            marks=True,
            watched=False,
            now=datetime.now(UTC),
        )

    @rule(number=st.integers(0, WORKERS - 1))
    def stall(self, number: int) -> None:
        """It is past its lease, and does not know."""
        self._run(self._owner.execute(LATE, self._workers[number].id))

    @rule(number=st.integers(0, WORKERS - 1))
    def die(self, number: int) -> None:
        """The process is gone with its transaction, and another is started in its place."""
        worker = self._workers[number]
        self._run(self._owner.execute(LATE, worker.id))
        self._end(worker, commit=False)
        worker.id = uuid4()
        worker.look = None

    @rule(number=st.integers(0, WORKERS - 1))
    def look(self, number: int) -> None:
        worker = self._workers[number]
        if worker.transaction is None:
            worker.look = self._run(self._look(worker))

    async def _look(self, worker: Worker) -> Look:
        [found] = await self._ask(
            worker,
            repository.LOOK,
            consumer=CONSUMER,
            hand="both",
            names=None,
            span=10_000,
            lanes=2,
            most=3,
            bulk=50,
            now=datetime.now(UTC),
        )
        return found

    @rule(number=st.integers(0, WORKERS - 1))
    def take(self, number: int) -> None:
        """Begins the transaction and applies; the commit may come much later, or never."""
        worker = self._workers[number]
        if worker.transaction is not None or worker.look is None or not worker.look.tenants:
            return
        look, worker.look = worker.look, None
        worker.transaction = worker.connection.transaction()
        self._run(worker.transaction.start())
        self._run(self._apply(worker, look))

    async def _apply(self, worker: Worker, look: Look) -> None:
        events = await self._ask(
            worker,
            repository.TAKE,
            consumer=CONSUMER,
            names=None,
            span=10_000,
            each=1 if look.alone is not None else 3,
            tenants=look.tenants,
            positions=look.positions,
        )
        for event in events:
            await worker.connection.execute(EFFECT, event.tenant_id, event.position)

    @rule(number=st.integers(0, WORKERS - 1), commit=st.booleans())
    def end(self, number: int, *, commit: bool) -> None:
        self._end(self._workers[number], commit=commit)

    def _end(self, worker: Worker, *, commit: bool) -> None:
        transaction, worker.transaction = worker.transaction, None
        if transaction is not None:
            self._run(transaction.commit() if commit else transaction.rollback())

    @invariant()
    def each_tenants_events_were_applied_once_and_in_order(self) -> None:
        effects = self._run(self._owner.fetch(EFFECTS))
        log = self._run(self._owner.fetch(LOG))
        for tenant in self._tenants:
            applied = [row["position"] for row in effects if row["tenant_id"] == tenant]
            written = [row["position"] for row in log if row["tenant_id"] == tenant]
            assert applied == written[: len(applied)]

    def teardown(self) -> None:
        """Liveness: once nobody stalls or dies any more, everything is applied."""
        try:
            for worker in self._workers:
                self._end(worker, commit=False)
                self._run(self._sign(worker))
            while self._run(self._is_behind()):
                for number in range(WORKERS):
                    self.sign(number)
                    self.look(number)
                    self.take(number)
                    self.end(number, commit=True)
                    self.each_tenants_events_were_applied_once_and_in_order()
        finally:
            self._run(self._disconnect())
            self._runner.close()

    async def _is_behind(self) -> bool:
        applied = await self._owner.fetchval("SELECT count(*) FROM machine_effects")
        written = await self._owner.fetchval("SELECT count(*) FROM sys_events")
        return bool(applied < written)

    async def _disconnect(self) -> None:
        for connection in (self._owner, *(worker.connection for worker in self._workers)):
            await connection.close()


async def test_each_event_is_applied_once_and_in_order_whoever_stalls_or_dies(
    database: TestDatabase, tenant: TenantRef, other_tenant: TenantRef
) -> None:
    class Here(ConsumerMachine):
        def __init__(self) -> None:
            super().__init__(database.owner_url, [tenant.id, other_tenant.id])

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
