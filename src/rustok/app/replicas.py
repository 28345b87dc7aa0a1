"""Binds the replica that `DATABASE_REPLICA_URL` names: its pool, its numbers, its health."""

import asyncpg
import msgspec

from rustok.app.telemetry.settings import HealthSettings
from rustok.app.transports import TransportPart
from rustok.core.db import Database
from rustok.core.db.database import EventStore
from rustok.core.db.pool import open_pool
from rustok.core.db.settings import DatabaseSettings
from rustok.core.db.snapshots import SnapshotLost
from rustok.core.health import HealthChecks, Observed
from rustok.core.host import Host
from rustok.core.metrics import ProcessMetrics
from rustok.core.resilience import Breakers
from rustok.outbox.replica import Replica
from rustok.outbox.settings import OutboxSettings

REPLICA = "replica"
"""The name of the replica's breaker and of its health check."""


async def open_replica(host: Host, url: str, settings: DatabaseSettings) -> asyncpg.Pool:
    """Puts the replica on the host; nothing connects to it before it is wanted."""
    assert host.worker is not None
    lazily = msgspec.structs.replace(settings, pool_min=0)
    pool = await open_pool(url, lazily, name="rustok-replica")
    replica = Replica(
        Database(pool, lambda: host.get(EventStore), host.ids, lazily),
        host.worker,
        host.get(Breakers).named(REPLICA, failures=(SnapshotLost,)),
        wait_seconds=host.settings(OutboxSettings).replica_seconds,
    )
    host.provide(Replica, replica)
    metrics = host.get(ProcessMetrics)
    metrics.gauge(
        "rustok_replica_lag_seconds",
        "How long ago the primary was where the replica is now.",
        lambda: [((), replica.lag_seconds)],
    )
    metrics.gauge(
        "rustok_replica_lag_bytes",
        "How much of the primary's log the replica lacks.",
        lambda: [] if replica.lag_bytes is None else [((), replica.lag_bytes)],
    )
    metrics.gauge(
        "rustok_replica_usable",
        "Whether consumers may read the replica: 1 or 0.",
        lambda: [((), float(replica.is_usable))],
    )
    return pool


def replica_parts(host: Host) -> list[TransportPart]:
    """What workers run that read from a replica: the watch over it."""
    replica = host.find(Replica)
    if replica is None:
        return []
    most = host.settings(HealthSettings).replica_seconds

    async def probe() -> Observed:
        return replica.check(most)

    host.get(HealthChecks).add(REPLICA, probe)
    return [TransportPart(replica)]
