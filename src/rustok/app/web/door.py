"""What lets a request's operations in, once all is known of them and before any of them runs."""

from collections.abc import Iterable, Sequence
from typing import Final

from rustok import gql
from rustok.app.limits.requests import AnyLimits, RequestLimits
from rustok.app.pressure.watch import PressureWatch
from rustok.core.context import Context
from rustok.core.graphql import is_essential
from rustok.core.host import Host
from rustok.core.pressure import BackPressure
from rustok.core.ratelimits import RateLimited

REFUSALS: Final = (RateLimited, BackPressure)
"""What the door raises."""
MUTATION: Final = "Mutation"
META: Final = "__"


class Door:
    """Charges operations with what they cost, and asks once for all whether they may write.

    `essential` are the mutations that go on whatever waits.
    """

    def __init__(self, host: Host, essential: frozenset[str]) -> None:
        self._limits: AnyLimits | None = host.find(RequestLimits)
        self._pressure = host.find(PressureWatch)
        self._essential = essential

    async def pass_through(self, plans: Sequence[gql.Granted], ctx: Context) -> None:
        """Lets all the operations of one request in; raises RateLimited, BackPressure."""
        if self._limits is not None and plans:
            await self._limits.operate(ctx, sum(plan.cost for plan in plans))
        if self._pressure is not None and any(self._writes(plan) for plan in plans):
            await self._pressure.admit(ctx.tenant.id)

    async def take_message(self, ctx: Context) -> None:
        """Lets a message over a stream in; raises RateLimited."""
        if self._limits is not None:
            await self._limits.message(ctx)

    def _writes(self, plan: gql.Granted) -> bool:
        names = (field.name.value for field in gql.mutated(plan))
        return any(not name.startswith(META) and name not in self._essential for name in names)


def essential_mutations(parts: Iterable[gql.Part]) -> frozenset[str]:
    """The names of the mutations that their resolvers mark as essential."""
    return frozenset(
        field
        for part in parts
        for kind, field, resolver in part.resolvers.fields
        if kind == MUTATION and is_essential(resolver)
    )
