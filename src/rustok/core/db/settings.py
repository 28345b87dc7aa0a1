"""Settings of the connection to PostgreSQL."""

import msgspec


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Pools and time limits, from `RUSTOK_DATABASE__*`."""

    pool_min: int = 1
    """Connections a process keeps open."""
    pool_max: int = 10
    """Connections a process opens at the most."""
    statement_timeout_ms: int = 5_000
    """How long one statement may take, in milliseconds; PostgreSQL itself ends it."""
    request_timeout_seconds: float = 15.0
    """How long one request may take in all, waiting for a connection included, in seconds."""
    runtime_url: str | None = None
    """The runtime role's URL, where the platform must not derive it from DATABASE_URL."""
    worker_url: str | None = None
    """The worker role's URL, where the platform must not derive it from DATABASE_URL."""
    replica_worker_url: str | None = None
    """The worker role's URL on a replica, where the platform must not derive it from
    DATABASE_REPLICA_URL."""
