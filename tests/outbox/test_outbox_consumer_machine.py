"""Consumers of several workers, driven through interleavings of takes, stalls, deaths and wakings.

A worker that stalls past its lease may wake up at any point and go on with what it had begun. An
event at which one died alone is parked, and those of its aggregate wait behind it. The model is
what was applied of each aggregate; the statements are those that really run.
"""

import asyncio
import itertools
import os
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime, timedelta
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
from rustok.outbox import parking_repository, repository
from rustok.outbox.repository import Look
from rustok.testing.databases import TestDatabase

EXAMPLES = int(os.environ.get("RUSTOK_MACHINE_EXAMPLES", "25"))
STEPS = 40
WORKERS = 3
CONSUMER = "machine.consumer"
LONG_SECONDS = 3_600.0
MOST_ROUNDS = 500
EMPTY = """
    TRUNCATE sys_events, sys_tenant_heads, sys_cursors, sys_workers, sys_leases, sys_attempts,
             sys_suspects, sys_retries, sys_dead_letters;
    DELETE FROM sys_consumers;
    UPDATE sys_log_head SET position = 0;
    CREATE TABLE IF NOT EXISTS machine_effects (
        number bigint GENERATED ALWAYS AS IDENTITY, aggregate_id uuid, position bigint);
    TRUNCATE machine_effects;
"""
PUT = """
    INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, aggregate_id,
                            aggregate_version, payload, occurred_at, correlation_id)
    VALUES ($1, $2, 'thing.changed', 1, 'thing', $3, 1, '{}', now(), '')
"""
EFFECT = "INSERT INTO machine_effects (aggregate_id, position) VALUES ($1, $2)"
EFFECTS = "SELECT aggregate_id, position FROM machine_effects ORDER BY number"
LOG = "SELECT aggregate_id, position FROM sys_events ORDER BY position"
LATE = "UPDATE sys_workers SET seen_until = clock_timestamp() - interval '1 second' WHERE id = $1"
T = TypeVar("T")


class Worker:
    """A process: how far it has come in applying what it took."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.id = uuid4()
        self.look: Look | None = None
        self.retry: tuple[UUID, int] | None = None
        self.transaction: Any = None


class ConsumerMachine(RuleBasedStateMachine):
    """Each rule is one step of one worker, so that any two may be interleaved anywhere."""

    def __init__(self, url: str, tenants: Sequence[UUID]) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._url = url
        self._tenants = tenants
        self._things = {tenant: [uuid4(), uuid4()] for tenant in tenants}
        self._workers = self._run(self._connect())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def _connect(self) -> list[Worker]:
        self._owner = await asyncpg.connect(self._url)
        await self._owner.execute(EMPTY)
        return [Worker(await asyncpg.connect(self._url)) for _ in range(WORKERS)]

    async def _ask(
        self, worker: Worker, query: Query[T], tenant: UUID | None = None, /, **values: object
    ) -> list[T]:
        arguments = query.arguments(tenant, {"consumer": CONSUMER, **values})
        return [query.row(row) for row in await worker.connection.fetch(query.sql, *arguments)]

    @initialize()
    def everybody_is_there(self) -> None:
        for number in range(WORKERS):
            self.sign(number)

    @rule(tenant=st.integers(0, 1), things=st.lists(st.integers(0, 1), min_size=1, max_size=4))
    def write(self, tenant: int, things: list[int]) -> None:
        self._run(self._write(self._tenants[tenant], things))

    async def _write(self, tenant: UUID, things: list[int]) -> None:
        for thing in things:
            await self._owner.execute(PUT, tenant, uuid4(), self._things[tenant][thing])
        await self._owner.execute("SELECT sys_sequence(1000)")

    @rule(number=st.integers(0, WORKERS - 1))
    def sign(self, number: int) -> None:
        """A sign of life, which also buries who gave none for too long."""
        worker = self._workers[number]
        if worker.transaction is None:
            self._run(self._sign(worker))

    async def _sign(self, worker: Worker) -> None:
        arguments = repository.LEASE.arguments(
            None,
            {
                "worker": worker.id,
                "consumers": [CONSUMER],
                "seconds": LONG_SECONDS,
                "marks": True,
                "watched": False,
                "now": datetime.now(UTC),
            },
        )
        await worker.connection.execute(repository.LEASE.sql, *arguments)

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
        worker.retry = None

    @rule(number=st.integers(0, WORKERS - 1), times=st.integers(1, 3))
    def die_at_work(self, number: int, times: int) -> None:
        """Often enough at the same event to have it parked."""
        for _ in range(times):
            self.look(number)
            self.die(number)
            self.sign(number)

    @rule(number=st.integers(0, WORKERS - 1))
    def look(self, number: int) -> None:
        worker = self._workers[number]
        if worker.transaction is None:
            worker.look = self._run(self._look(worker))

    async def _look(self, worker: Worker) -> Look:
        [found] = await self._ask(
            worker,
            repository.LOOK,
            worker=worker.id,
            hand="both",
            names=None,
            span=10_000,
            lanes=2,
            most=3,
            bulk=50,
            alone=True,
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
            worker=worker.id,
            names=None,
            span=10_000,
            each=1 if look.alone is not None else 3,
            tenants=look.tenants,
            positions=look.positions,
        )
        for event in events:
            if event.held:
                await self._ask(
                    worker,
                    parking_repository.HOLD_AT,
                    event.tenant_id,
                    positions=[event.position],
                )
            else:
                await worker.connection.execute(EFFECT, event.aggregate_id, event.position)

    @rule(number=st.integers(0, WORKERS - 1), tenant=st.integers(0, 1))
    def begin_retry(self, number: int, tenant: int) -> None:
        worker = self._workers[number]
        if worker.transaction is None:
            worker.retry = self._run(self._begin_retry(worker, self._tenants[tenant]))

    async def _begin_retry(self, worker: Worker, tenant: UUID) -> tuple[UUID, int] | None:
        later = datetime.now(UTC) + timedelta(seconds=LONG_SECONDS)
        begun = await self._ask(
            worker,
            repository.BEGIN_RETRY,
            worker=worker.id,
            tenant=tenant,
            alone=True,
            now=later,
        )
        return (tenant, begun[0].position) if begun else None

    @rule(number=st.integers(0, WORKERS - 1))
    def retry(self, number: int) -> None:
        """Begins the transaction that applies what was parked."""
        worker = self._workers[number]
        if worker.transaction is not None or worker.retry is None:
            return
        (tenant, position), worker.retry = worker.retry, None
        worker.transaction = worker.connection.transaction()
        self._run(worker.transaction.start())
        self._run(self._apply_again(worker, tenant, position))

    async def _apply_again(self, worker: Worker, tenant: UUID, position: int) -> None:
        if not await self._ask(worker, repository.TAKE_LANE, tenant, worker=worker.id):
            return
        due = await self._ask(worker, parking_repository.DUE, tenant, position=position)
        for event in due:
            await worker.connection.execute(EFFECT, event.aggregate_id, event.position)
            for done in (parking_repository.UNPARK, parking_repository.ACQUIT):
                await self._ask(worker, done, tenant, position=position)
            await self._ask(
                worker,
                parking_repository.PROMOTE,
                tenant,
                aggregate_id=event.aggregate_id,
                now=datetime.now(UTC),
            )

    @rule(number=st.integers(0, WORKERS - 1), commit=st.booleans())
    def end(self, number: int, *, commit: bool) -> None:
        self._end(self._workers[number], commit=commit)

    def _end(self, worker: Worker, *, commit: bool) -> None:
        transaction, worker.transaction = worker.transaction, None
        if transaction is not None:
            self._run(transaction.commit() if commit else transaction.rollback())

    @invariant()
    def each_aggregates_events_were_applied_once_and_in_order(self) -> None:
        effects = self._run(self._owner.fetch(EFFECTS))
        log = self._run(self._owner.fetch(LOG))
        for thing in itertools.chain.from_iterable(self._things.values()):
            applied = [row["position"] for row in effects if row["aggregate_id"] == thing]
            written = [row["position"] for row in log if row["aggregate_id"] == thing]
            assert applied == written[: len(applied)]

    def teardown(self) -> None:
        """Liveness: once nobody stalls or dies any more, everything is applied."""
        try:
            for worker in self._workers:
                self._end(worker, commit=False)
                self._run(self._sign(worker))
            for _ in range(MOST_ROUNDS):
                if not self._run(self._is_behind()):
                    break
                self._go_round()
            assert not self._run(self._is_behind())
        finally:
            self._run(self._disconnect())
            self._runner.close()

    def _go_round(self) -> None:
        for number in range(WORKERS):
            self.sign(number)
            self.look(number)
            self.take(number)
            self.end(number, commit=True)
            for tenant in range(len(self._tenants)):
                self.begin_retry(number, tenant)
                self.retry(number)
                self.end(number, commit=True)
            self.each_aggregates_events_were_applied_once_and_in_order()

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
