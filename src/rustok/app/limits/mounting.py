"""Puts the limits together as the settings say."""

from rustok.app.limits.guarded import GuardedStore
from rustok.app.limits.local import LocalLimiter
from rustok.app.limits.requests import AnyLimits, RequestLimits
from rustok.app.limits.settings import RateLimitSettings
from rustok.app.limits.shared import SharedLimiter
from rustok.core.host import Host
from rustok.core.metrics import Metrics
from rustok.core.ratelimits import TokenStore
from rustok.core.secrets import SecretKey


def request_limits(host: Host, *, production: bool) -> AnyLimits | None:
    """What charges this process's requests, provided on the host; None where nothing is limited."""
    store = host.find(TokenStore)
    settings = host.settings(RateLimitSettings)
    limits: AnyLimits
    if store is None:
        limits = RequestLimits(LocalLimiter(), settings, production=production)
    else:
        secret = host.get(SecretKey).derive("rate limits")
        limits = RequestLimits(SharedLimiter(store, secret), settings, production=production)
    if not limits.is_on:
        return None
    host.provide(RequestLimits, limits)
    return limits


def publish(limits: AnyLimits, host: Host, metrics: Metrics) -> None:
    """Publishes what was refused, and how the shared store does."""
    metrics.count(
        "rustok_rate_limit_refused_total",
        "Requests and operations refused because a limit was reached, by the limit's name.",
        lambda: [((name,), n) for name, n in limits.limiter.refusals.by_policy.items()],
        labels=("policy",),
    )
    metrics.gauge(
        "rustok_rate_limit_subjects",
        "Addresses, users and tenants that this process remembers the tokens of.",
        lambda: [((), len(limits.limiter))],
    )
    store = host.find(GuardedStore)
    if store is None:
        return
    metrics.count(
        "rustok_rate_limit_store_asks_total",
        "How often the shared store of tokens was asked for a portion.",
        lambda: [((), store.asked)],
    )
    metrics.count(
        "rustok_rate_limit_store_replaced_total",
        "How often this process counted for itself, because the store did not answer.",
        lambda: [((), store.replaced)],
    )
