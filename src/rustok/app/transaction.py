"""Several use cases as one transaction, outside of a request."""

from types import TracebackType
from typing import Self

import msgspec

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.db.failures import translated
from rustok.core.db.leases import PoolLease
from rustok.core.db.unit import RequestUnit

WAIT_SECONDS = 15.0


class Transaction:
    """What use cases do with its context is kept together by `commit`, or not at all."""

    def __init__(self, db: Database, ctx: Context) -> None:
        self._db = db
        self._ctx = ctx
        self._lease = PoolLease(
            db.connections, ctx.tenant.id, read_only=False, wait_seconds=WAIT_SECONDS
        )
        self._unit: RequestUnit | None = None

    async def __aenter__(self) -> Self:
        """Begins; raises DatabaseUnavailable."""
        with translated():
            self._unit = RequestUnit(await self._lease.transaction())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Rolls back what was not committed."""
        await self._lease.end()

    @property
    def ctx(self) -> Context:
        """The context whose use cases share the transaction."""
        return msgspec.structs.replace(self._ctx, unit=self._unit)

    async def commit(self) -> None:
        """Keeps everything."""
        with translated():
            await self._lease.commit()
        if self._unit is not None and self._unit.token is not None:
            self._db.wake()
