"""Sessions that see one moment of a node, which may be lost while they read it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from rustok.core.db.database import Database
from rustok.core.db.leases import PoolLease
from rustok.core.db.sessions import ReadSession
from rustok.core.sql.query import Query
from rustok.core.sql.tenancy import switch


class SnapshotLost(Exception):
    """The node does not answer, or not as it should; the cause says why."""


class SnapshotOutdated(Exception):
    """What a snapshot shows is older than what has been made of another node's state."""


class Snapshot(ReadSession):
    """A read-only session of one moment; whatever fails in it is SnapshotLost."""

    async def switch_tenant(self, tenant_id: UUID) -> None:
        """The following queries are another tenant's, at the same moment."""
        try:
            connection = await self._lease.transaction()
            await connection.execute(switch(tenant_id))
        except Exception as error:
            raise SnapshotLost(str(error)) from error
        self.tenant_id = tenant_id

    async def _records(self, query: Query[Any], params: dict[str, Any]) -> list[asyncpg.Record]:
        try:
            return await super()._records(query, params)
        except Exception as error:
            raise SnapshotLost(str(error)) from error


@asynccontextmanager
async def snapshot(
    database: Database, tenant_id: UUID, *, wait_seconds: float
) -> AsyncIterator[Snapshot]:
    """A snapshot that begins with its first query; a connection is waited for no longer than so."""
    lease = PoolLease(
        database.connections, tenant_id, read_only=True, snapshot=True, wait_seconds=wait_seconds
    )
    is_clean = False
    try:
        yield Snapshot(lease, tenant_id, database.watch)
        is_clean = True
    finally:
        await lease.end(clean=is_clean)
