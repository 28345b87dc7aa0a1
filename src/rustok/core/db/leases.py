"""How a session holds its connection: one of its own, or the one its request shares."""

from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from rustok.core.db.connections import Connection, Connections
from rustok.core.db.unit import RequestUnit
from rustok.core.errors import DatabaseUnavailable
from rustok.core.sql.tenancy import begin

ROLLBACK_SECONDS = 2.0
"""How long a server is waited for that says nothing; then its connection is given up."""


class Lease(Protocol):
    """A connection that is taken when it is first needed and given back at the end."""

    @property
    def in_transaction(self) -> bool:
        """Whether BEGIN has been sent."""
        ...

    async def connection(self) -> Connection:
        """The connection, with or without a transaction."""
        ...

    async def transaction(self) -> Connection:
        """The connection with an open transaction of the tenant."""
        ...

    async def commit(self) -> None:
        """Keeps what was done."""
        ...

    async def end(self) -> None:
        """Rolls back what was not committed and gives the connection back."""
        ...


class PoolLease:
    """A connection of the pool, for one session alone."""

    def __init__(
        self,
        connections: Connections,
        tenant_id: UUID,
        *,
        read_only: bool,
        wait_seconds: float,
        snapshot: bool = False,
    ) -> None:
        self._connections = connections
        self._tenant_id = tenant_id
        self._read_only = read_only
        self._snapshot = snapshot
        self._wait_seconds = wait_seconds
        self._held: Any = None
        self.in_transaction = False

    async def connection(self) -> Connection:
        """The connection; raises DatabaseUnavailable where none gets free in time."""
        if self._held is None:
            try:
                self._held = await self._connections.take(self._wait_seconds)
            except TimeoutError as error:
                raise DatabaseUnavailable("No database connection got free in time.") from error
        return self._held

    async def transaction(self) -> Connection:
        """The connection with an open transaction of the tenant."""
        connection = await self.connection()
        if not self.in_transaction:
            # noted first: who is cancelled while BEGIN is under way has to roll back as well
            self.in_transaction = True
            await connection.execute(
                begin(self._tenant_id, read_only=self._read_only, snapshot=self._snapshot)
            )
        return connection

    async def commit(self) -> None:
        """Keeps what was done."""
        if self.in_transaction:
            await self._held.execute("COMMIT")
            self.in_transaction = False

    async def end(self, *, clean: bool = False) -> None:
        """Rolls back what was not committed and gives the connection back.

        `clean` says that nothing failed meanwhile, and nobody was cancelled.
        """
        if self._held is None:
            return
        held, self._held = self._held, None
        try:
            if self.in_transaction and not held.is_closed():
                await held.execute("ROLLBACK", timeout=ROLLBACK_SECONDS)
        except (
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
            OSError,
        ):
            clean = False
            # the server may have ended the connection: then its proxy is released already
            with suppress(asyncpg.InterfaceError):
                held.terminate()
        except BaseException:
            clean = False
            raise
        finally:
            await self._connections.give(held, clean=clean)


class SharedLease:
    """A turn on the connection that the request's unit of work holds."""

    in_transaction = True

    def __init__(self, unit: RequestUnit) -> None:
        self._unit = unit

    async def connection(self) -> Connection:
        """The request's connection."""
        return self._unit.connection

    async def transaction(self) -> Connection:
        """The request's connection; its transaction is open."""
        return self._unit.connection

    async def commit(self) -> None:
        """The request's edge commits."""

    async def end(self) -> None:
        """The request's edge gives the connection back."""
