"""Where requests and operations are charged, and what callers are told of their limits."""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network
from math import ceil
from time import monotonic
from typing import Any, Final, Generic
from uuid import UUID

from rustok.app.edge.asgi import Headers, Scope
from rustok.app.limits.limiter import Limiter, M
from rustok.app.limits.settings import PRODUCTION, RateLimitSettings
from rustok.core.context import Context
from rustok.core.ratelimits import Policy, network

Who = tuple[str, Hashable]
"""A kind of subject, and which one."""

CHARGED: Final = "rustok_charged"
KINDS: Final = ("address", "user", "api_key", "tenant")
POLICY_HEADER: Final = b"ratelimit-policy"
HEADER: Final = b"ratelimit"


class RequestLimits(Generic[M]):
    """Charges whoever asks: their address, the user or API key they sign in with, the tenant."""

    def __init__(
        self,
        limiter: Limiter[M],
        settings: RateLimitSettings,
        *,
        production: bool,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self.limiter = limiter
        self._timer = timer
        policies = {name: settings.policy(name, production=production) for name in PRODUCTION}
        self._requests = _present({kind: policies[kind] for kind in KINDS})
        self._costs = _present({kind: policies[f"{kind}_cost"] for kind in KINDS})
        self._exempt = [ip_network(text) for text in settings.exempt]
        self._network = lru_cache(maxsize=8192)(self._network_of)

    @property
    def is_on(self) -> bool:
        """Whether anything is limited at all."""
        return bool(self._requests or self._costs)

    async def arrive(self, scope: Scope, address: str) -> None:
        """Charges the address for a request, before anything else is looked at.

        Raises RateLimited.
        """
        await self._charge(scope, self._requests, [("address", address)], 1)

    async def enter(self, scope: Scope, ctx: Context) -> None:
        """Charges the tenant, and the user or API key, for a request; raises RateLimited."""
        await self._charge(scope, self._requests, _principals(ctx), 1)

    async def message(self, ctx: Context) -> None:
        """Charges a message over a stream like a request; raises RateLimited."""
        await self._charge(None, self._requests, _everyone(ctx), 1)

    async def operate(self, ctx: Context, cost: int) -> None:
        """Charges the operations of a request or a message; raises RateLimited."""
        await self._charge(None, self._costs, _everyone(ctx), max(cost, 1))

    async def repeat(self, scope: Scope, address: str, tenant_id: UUID, cost: int) -> None:
        """Charges a request with an operation that is answered with what is kept."""
        who: list[Who] = [("address", address), ("tenant", tenant_id)]
        await self._charge(scope, self._requests, who, 1)
        await self._charge(scope, self._costs, who, max(cost, 1))

    def headers(self, scope: Scope, *, operations: bool) -> Headers:
        """The header fields about what the request was charged to."""
        charged: list[tuple[Policy, M]] = [*scope.get(CHARGED, ())]
        ctx: Context | None = scope.get("rustok_ctx")
        if operations and ctx is not None:
            charged += self._metered(self._costs, _everyone(ctx))
        if not charged:
            return []
        now = self._timer()
        told = ", ".join([_told(policy, meter.tokens(now)) for policy, meter in charged])
        named = _declared(tuple([policy for policy, _ in charged]))
        return [(POLICY_HEADER, named), (HEADER, told.encode())]

    async def _charge(
        self, scope: Scope | None, policies: dict[str, Policy], who: Sequence[Who], cost: int
    ) -> None:
        metered = self._metered(policies, who)
        if not metered:
            return
        if scope is not None:
            scope.setdefault(CHARGED, []).extend(metered)
        await self.limiter.spend(metered, cost)

    def _metered(self, policies: dict[str, Policy], who: Sequence[Who]) -> list[tuple[Policy, M]]:
        found = []
        for kind, subject in who:
            policy = policies.get(kind)
            if policy is None:
                continue
            known = self._network(str(subject)) if kind == "address" else subject
            if known is not None:
                found.append((policy, self.limiter.meter(policy, known)))
        return found

    def _network_of(self, address: str) -> str | None:
        """Whom an address stands for; None where it has no limit."""
        if self._exempt:
            try:
                found = ip_address(address)
            except ValueError:
                return network(address)
            found = getattr(found, "ipv4_mapped", None) or found
            if any(found in net for net in self._exempt):
                return None
        return network(address)


def _principals(ctx: Context) -> list[Who]:
    who: list[Who] = [("tenant", ctx.tenant.id)]
    if ctx.actor.user_id is not None:
        who.append(("user", (ctx.tenant.id, ctx.actor.user_id)))
    elif ctx.actor.key_id is not None:
        who.append(("api_key", (ctx.tenant.id, ctx.actor.key_id)))
    return who


def _everyone(ctx: Context) -> list[Who]:
    return [("address", ctx.address), *_principals(ctx)]


def _present(policies: dict[str, Policy | None]) -> dict[str, Policy]:
    return {kind: policy for kind, policy in policies.items() if policy is not None}


def _told(policy: Policy, tokens: float) -> str:
    quota = policy.quota
    full_in = ceil((quota.amount - tokens) / quota.rate)
    return f'"{policy.name}";r={int(tokens)};t={full_in}'


@lru_cache(maxsize=64)
def _declared(policies: tuple[Policy, ...]) -> bytes:
    return ", ".join(_declaration(policy) for policy in policies).encode()


def _declaration(policy: Policy) -> str:
    unit = "" if policy.unit == "requests" else f';qu="{policy.unit}"'
    return f'"{policy.name}";q={policy.quota.amount};w={policy.quota.seconds}{unit}'


AnyLimits = RequestLimits[Any]
"""The limits of a process, whoever counts."""
