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
PAGE = 1_000
"""How many ids are read at once."""
STEP_SECONDS = 2.0
"""How long a step goes on reading: so long others wait for their turn, and so much is filled once
more where it is killed."""


class Batch(NamedTuple):
    """Aggregates of one tenant that are filled in one transaction."""

    ctx: Context
    ids: Sequence[UUID]


class Walk:
    """One step of a rebuild, from where the version is filled to.

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
        self._has_moved = False
        self._until = asyncio.get_running_loop().time() + STEP_SECONDS
        self._ready: deque[Batch] = deque()
        self._turn = asyncio.Lock()

    async def next(self) -> Batch | None:
        """The next batch, for whoever comes first; None at the end of the step."""
        async with self._turn:
            while not self._ready and await self._read():
                pass
            return self._ready.popleft() if self._ready else None

    async def _read(self) -> bool:
        if self.ended or self._is_over():
            return False
        ctx = self._within or await self._enter()
        if ctx is None:
            return False
        ids = await self._projection.ids(ctx, self._session, self.filled_to, PAGE)
        self._ready.extend(Batch(ctx, part) for part in batches(ids))
        if ids:
            self._reach(ctx.tenant.id, ids[-1])
        if len(ids) < PAGE:
            self._is_filled = True
            self._within = None
        return True

    def _is_over(self) -> bool:
        return self._has_moved and asyncio.get_running_loop().time() >= self._until

    def _reach(self, tenant_id: UUID, filled_to: UUID | None) -> None:
        self.tenant_id, self.filled_to, self._has_moved = tenant_id, filled_to, True

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
            self._reach(following, None)
            self._is_filled = False
        return self.tenant_id
