"""Walks through all tenants' aggregates, in the order in which a version is filled."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from rustok.core.context import Context, system_context
from rustok.core.db.sessions import WriteSession
from rustok.core.documents import Projection
from rustok.core.tenants import TenantDirectory, TenantUnknown
from rustok.index import repository
from rustok.index.repository import FillingRow
from rustok.index.writer import batches

BEFORE_ALL = UUID(int=0)

MOST = 10_000
"""How many aggregates one step has: what a killed rebuild fills once more at the most."""
PAGE = 2_000
"""How many ids are read at once."""
TENANT = 20
"""As how many aggregates a tenant itself counts: there are platforms where most have none."""


class Batch(NamedTuple):
    """Aggregates of one tenant that are filled in one transaction."""

    ctx: Context
    ids: Sequence[UUID]


class Walk:
    """One step of a rebuild: some thousand aggregates from where the version is filled to.

    `tenant_id` and `filled_to` say how far it has come, `ended` that nothing comes after.
    """

    def __init__(
        self,
        session: WriteSession,
        projection: Projection,
        tenants: TenantDirectory,
        building: FillingRow,
    ) -> None:
        self.tenant_id = building.filling_tenant
        self.filled_to = building.filled_to
        self.ended = False
        self._session = session
        self._projection = projection
        self._tenants = tenants
        self._within: Context | None = None
        self._is_filled = building.filling_tenant is None
        self._left = MOST
        self._ready: deque[Batch] = deque()
        self._turn = asyncio.Lock()

    async def next(self) -> Batch | None:
        """The next batch, for whoever comes first; None at the end of the step."""
        async with self._turn:
            while not self._ready and await self._read():
                pass
            return self._ready.popleft() if self._ready else None

    async def _read(self) -> bool:
        if self.ended or self._left <= 0:
            return False
        ctx = self._within or await self._enter()
        if ctx is None:
            return False
        most = max(1, min(PAGE, self._left))
        ids = await self._projection.ids(ctx, self._session, self.filled_to, most)
        self._ready.extend(Batch(ctx, part) for part in batches(ids))
        self._left -= len(ids)
        if ids:
            self.filled_to = ids[-1]
        if len(ids) < most:
            self._is_filled = True
            self._within = None
        return True

    async def _enter(self) -> Context | None:
        """The first tenant that is not filled yet."""
        while (tenant_id := await self._unfilled()) is not None:
            try:
                tenant = await self._tenants.any_by_id(tenant_id)
            except TenantUnknown:
                self._is_filled = True
                continue
            await self._session.switch_tenant(tenant_id)
            self._within = system_context(tenant)
            return self._within
        self.ended = True
        return None

    async def _unfilled(self) -> UUID | None:
        if self._is_filled:
            after = self.tenant_id or BEFORE_ALL
            following = await self._session.maybe(repository.NEXT_TENANT, after=after)
            if following is None:
                return None
            self.tenant_id, self.filled_to, self._is_filled = following, None, False
            self._left -= TENANT
        return self.tenant_id
