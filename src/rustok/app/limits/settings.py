"""Settings of the rate limits."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Final, Literal

import msgspec

from rustok.core.ratelimits import Policy, Quota
from rustok.core.ratelimits.policy import Unit

OFF: Final = "off"
PRODUCTION: Final[Mapping[str, str]] = {
    "address": "6000/60",
    "user": "3000/60",
    "api_key": "6000/60",
    "tenant": "120000/60",
    "address_cost": "600000/60",
    "user_cost": "1200000/60",
    "api_key_cost": "1200000/60",
    "tenant_cost": "12000000/60",
}
"""What holds in production where nothing else is set."""


class RateLimitSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Token buckets, from `RUSTOK_RATE_LIMITS__*`.

    A limit is AMOUNT/SECONDS: so much at once, and as much again in the course of so many seconds.
    `off` is none. Where nothing is set there is no limit in development, and the one named below in
    production.
    """

    store: Literal["memory", "postgres", "redis"] | None = None
    """Where tokens are counted: by each process for itself, or by all processes together. Where
    nothing is set it is `postgres` under `rustok run --workers` with more than one, else `memory`.
    """
    address: str | None = None
    """Requests of one network address, of IPv6 one /64; in production `6000/60`."""
    user: str | None = None
    """Requests of one signed-in user; in production `3000/60`."""
    api_key: str | None = None
    """Requests with one API key; in production `6000/60`."""
    tenant: str | None = None
    """Requests to one tenant; in production `120000/60`."""
    address_cost: str | None = None
    """Cost of the GraphQL operations of one address; in production `600000/60`."""
    user_cost: str | None = None
    """Cost of the GraphQL operations of one user; in production `1200000/60`."""
    api_key_cost: str | None = None
    """Cost of the GraphQL operations with one API key; in production `1200000/60`."""
    tenant_cost: str | None = None
    """Cost of the GraphQL operations on one tenant; in production `12000000/60`."""
    exempt: tuple[str, ...] = ()
    """Networks (CIDR) without a limit of their address, such as those of a monitoring system."""

    def __post_init__(self) -> None:
        """Raises ValueError, which is reported as an invalid setting."""
        for name in PRODUCTION:
            self._quota(name, production=True)
        for text in self.exempt:
            ip_network(text)

    def policy(self, name: str, *, production: bool) -> Policy | None:
        """The policy of a field's name; None where there is no limit."""
        quota = self._quota(name, production=production)
        if quota is None:
            return None
        unit: Unit = "cost" if name.endswith("_cost") else "requests"
        return Policy(name.replace("_", "-"), quota, unit)

    def is_on(self, *, production: bool) -> bool:
        """Whether anything is limited."""
        return any(self.policy(name, production=production) for name in PRODUCTION)

    def _quota(self, name: str, *, production: bool) -> Quota | None:
        text = getattr(self, name)
        if text is None and production:
            text = PRODUCTION[name]
        return None if text is None or text == OFF else Quota.of(text)
