"""Sessions: a tenant's view of the database, read-only or writing with its events."""

from collections.abc import Sequence
from time import perf_counter
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from rustok.core.context import Context
from rustok.core.db.failures import translated
from rustok.core.db.leases import Lease
from rustok.core.db.watch import StatementWatch
from rustok.core.errors import NotFound
from rustok.core.events.event import PendingEvent
from rustok.core.events.fact import Fact
from rustok.core.ids import IdSource
from rustok.core.sql.query import Query
from rustok.core.sql.tenancy import switch
from rustok.core.tracing import current_trace

R = TypeVar("R")


class ReadSession:
    """Runs queries as one tenant. The transaction begins with the first query that is not hot."""

    def __init__(self, lease: Lease, tenant_id: UUID, watch: StatementWatch) -> None:
        self._lease = lease
        self._watch = watch
        self.tenant_id = tenant_id

    async def all(self, query: Query[R], **params: Any) -> list[R]:
        """Every row of the result."""
        return [query.row(record) for record in await self._records(query, params)]

    async def maybe(self, query: Query[R], **params: Any) -> R | None:
        """The first row, or None."""
        records = await self._records(query, params)
        return query.row(records[0]) if records else None

    async def one(self, query: Query[R], **params: Any) -> R:
        """The first row; raises NotFound where there is none."""
        row = await self.maybe(query, **params)
        if row is None:
            raise NotFound
        return row

    async def _records(self, query: Query[Any], params: dict[str, Any]) -> list[asyncpg.Record]:
        arguments = query.arguments(self.tenant_id, params)
        sql = query.sql
        with translated():
            if query.hot and not self._lease.in_transaction:
                connection = await self._lease.connection()
                sql, arguments = query.call, [self.tenant_id, *arguments]
            else:
                connection = await self._lease.transaction()
            began = perf_counter()
            try:
                records = await connection.fetch(sql, *arguments)
            except BaseException as error:
                self._watch.failed(query, began, error)
                raise
        self._watch.ran(query, began)
        return list(records)


class WriteSession(ReadSession):
    """Runs statements and records facts; the facts become rows of the same transaction."""

    def __init__(self, lease: Lease, ctx: Context, ids: IdSource, watch: StatementWatch) -> None:
        super().__init__(lease, ctx.tenant.id, watch)
        self._ids = ids
        self.pending: list[PendingEvent] = []
        self.token: int | None = None

    async def execute(self, query: Query[Any], **params: Any) -> int:
        """Runs a statement; returns how many rows it touched."""
        arguments = query.arguments(self.tenant_id, params)
        with translated():
            connection = await self._lease.transaction()
            began = perf_counter()
            try:
                status = await connection.execute(query.sql, *arguments)
            except BaseException as error:
                self._watch.failed(query, began, error)
                raise
        self._watch.ran(query, began)
        count = status.rsplit(" ", 1)[-1]
        return int(count) if count.isdigit() else 0

    async def execute_many(self, query: Query[Any], rows: Sequence[dict[str, Any]]) -> None:
        """Runs a statement once for each row of parameters, pipelined."""
        arguments = [query.arguments(self.tenant_id, row) for row in rows]
        with translated():
            connection = await self._lease.transaction()
            began = perf_counter()
            try:
                await connection.executemany(query.sql, arguments)
            except BaseException as error:
                self._watch.failed(query, began, error)
                raise
        self._watch.ran(query, began)

    def record(self, fact: Fact, *, aggregate_id: UUID, aggregate_version: int) -> UUID:
        """Notes a fact; the aggregate's row must be locked by now. Returns the event's id."""
        event = PendingEvent(
            id=self._ids.new(),
            fact=fact,
            aggregate_id=aggregate_id,
            aggregate_version=aggregate_version,
            trace=current_trace(),
        )
        self.pending.append(event)
        self._watch.recorded[self.tenant_id, fact.name] += 1
        return event.id

    def savepoint(self) -> "Savepoint":
        """A part of the transaction that can fail alone: `async with session.savepoint():`."""
        return Savepoint(self, self._lease)

    async def switch_tenant(self, tenant_id: UUID) -> None:
        """For workers that serve all tenants: the following statements are another tenant's."""
        with translated():
            connection = await self._lease.transaction()
            await connection.execute(switch(tenant_id))
        self.tenant_id = tenant_id


class Savepoint:
    """Rolls back what happened inside, facts included, where an error leaves it."""

    def __init__(self, session: WriteSession, lease: Lease) -> None:
        self._session = session
        self._lease = lease
        self._mark = 0

    async def __aenter__(self) -> None:
        with translated():
            connection = await self._lease.transaction()
            self._mark = len(self._session.pending)
            await connection.execute("SAVEPOINT part")

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with translated():
            connection = await self._lease.transaction()
            if kind is None:
                await connection.execute("RELEASE SAVEPOINT part")
                return
            del self._session.pending[self._mark :]
            if not connection.is_closed():
                await connection.execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part")
