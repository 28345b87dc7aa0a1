"""The numbers that every process has: pools, statements, facts, and the process itself."""

import asyncio
import platform
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from rustok import __version__
from rustok.core.db import Database
from rustok.core.db.watch import Tally
from rustok.core.host import Host
from rustok.core.metrics import Histogram, Metrics, Sample
from rustok.outbox.replica import Replica

LOOK_SECONDS: Final = 0.25
LAG_BOUNDS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


def publish_numbers(host: Host, metrics: Metrics, *, tenants: bool) -> None:
    """Publishes them; `tenants` says whether those of each tenant are wanted as well."""
    metrics.of_the_process()
    metrics.gauge(
        "rustok_build_info",
        "1, with the version of the platform and of Python.",
        lambda: [((__version__, platform.python_version()), 1.0)],
        labels=("version", "python"),
    )
    roles = {"runtime": host.db}
    if host.worker is not None:
        roles["worker"] = host.worker
    replica = host.find(Replica)
    if replica is not None:
        roles["replica"] = replica.database
    _publish_pools(metrics, roles)
    _publish_statements(metrics, roles)
    _publish_facts(metrics, roles, tenants=tenants)


def _publish_pools(metrics: Metrics, roles: dict[str, Database]) -> None:
    kinds: list[tuple[str, str, Callable[[Database], float]]] = [
        ("connections", "Connections that are open.", lambda db: db.pool.get_size()),
        ("idle", "Connections that nobody uses.", _idle),
        ("most", "How many connections there may be.", lambda db: db.pool.get_max_size()),
        ("waiting", "Sessions that wait for a connection.", lambda db: db.connections.waiting),
    ]
    for name, summary, read in kinds:
        metrics.gauge(f"rustok_db_pool_{name}", summary, _of_each(roles, read), labels=("role",))


def _of_each(
    roles: dict[str, Database], read: Callable[[Database], float]
) -> Callable[[], list[Sample]]:
    return lambda: [((role,), read(db)) for role, db in roles.items()]


def _idle(db: Database) -> float:
    found: int = db.pool.get_idle_size()
    return found + db.connections.kept


def _publish_statements(metrics: Metrics, roles: dict[str, Database]) -> None:
    kinds: list[tuple[str, str, Callable[[Tally], float]]] = [
        ("statements_total", "Statements of sessions.", lambda tally: tally.count),
        ("statement_seconds_total", "How long statements took.", lambda tally: tally.seconds),
        ("statement_errors_total", "Statements that failed.", lambda tally: tally.errors),
    ]
    for name, summary, read in kinds:
        metrics.count(
            f"rustok_db_{name}", summary, _of_all(roles, read), labels=("role", "statement")
        )
    metrics.count(
        "rustok_db_commits_total",
        "Transactions that were committed.",
        _of_each(roles, lambda db: db.watch.commits),
        labels=("role",),
    )


def _of_all(
    roles: dict[str, Database], read: Callable[[Tally], float]
) -> Callable[[], Iterable[Sample]]:
    def summed() -> Iterable[Sample]:
        found: Counter[tuple[str, str]] = Counter()
        for role, db in roles.items():
            for tally in db.watch.tallies():
                found[role, tally.name] += read(tally)  # type: ignore[assignment]  # seconds too
        return found.items()

    return summed


def _publish_facts(metrics: Metrics, roles: dict[str, Database], *, tenants: bool) -> None:
    def by_name() -> Iterable[Sample]:
        found: Counter[str] = Counter()
        for db in roles.values():
            for (_, name), count in db.watch.recorded.items():
                found[name] += count
        return [((name,), count) for name, count in found.items()]

    def by_tenant() -> Iterable[Sample]:
        found: Counter[str] = Counter()
        for db in roles.values():
            for (tenant_id, _), count in db.watch.recorded.items():
                found[str(tenant_id)] += count
        return [((tenant,), count) for tenant, count in found.items()]

    metrics.count(
        "rustok_events_recorded_total",
        "Events that transactions have recorded, the few included that were rolled back.",
        by_name,
        labels=("event",),
    )
    if tenants:
        metrics.count(
            "rustok_tenant_events_recorded_total",
            "Events of each tenant, where that is asked for.",
            by_tenant,
            labels=("tenant",),
        )


class LoopWatch:
    """How late the event loop comes back to a task that asked to be called."""

    def __init__(self, metrics: Metrics) -> None:
        self._late: Histogram = metrics.histogram(
            "rustok_event_loop_lag_seconds",
            "How late the event loop was, four times a second.",
            buckets=LAG_BOUNDS,
        )

    async def run(self) -> None:
        """Looks until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
            self._late.observe(max(0.0, loop.time() - due))
