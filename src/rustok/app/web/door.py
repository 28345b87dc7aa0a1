"""What lets a request's operations in, once all is known of them and before any of them runs."""

from collections.abc import Sequence
from typing import Final

from rustok import gql
from rustok.app.limits.requests import AnyLimits, RequestLimits
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.core.ratelimits import RateLimited

REFUSALS: Final = (RateLimited,)
"""What the door raises."""


class Door:
    """Charges operations with what they cost."""

    def __init__(self, host: Host) -> None:
        self._limits: AnyLimits | None = host.find(RequestLimits)

    async def pass_through(self, plans: Sequence[gql.Granted], ctx: Context) -> None:
        """Lets all the operations of one request in; raises RateLimited."""
        if self._limits is not None and plans:
            await self._limits.operate(ctx, sum(plan.cost for plan in plans))

    async def take_message(self, ctx: Context) -> None:
        """Lets a message over a stream in; raises RateLimited."""
        if self._limits is not None:
            await self._limits.message(ctx)
