"""Settings of the server as a whole, and where each comes from."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal

import msgspec

from rustok.app.limits.settings import RateLimitSettings
from rustok.app.pressure.settings import BackPressureSettings
from rustok.app.redis.settings import RedisSettings
from rustok.app.telemetry.settings import HealthSettings, TelemetrySettings
from rustok.app.web.limits import LimitSettings
from rustok.app.web.settings import GraphQLSettings
from rustok.app.web.subscriptions.settings import SubscriptionSettings
from rustok.core.db.settings import DatabaseSettings
from rustok.core.modules.registry import Modules
from rustok.core.settings import BadSettings, read
from rustok.streaming.contradictions import contradictions

REDIS_SCHEMES = ("redis://", "rediss://", "unix://")
MIN_SECRET = 32
MIN_TOKEN = 16
KNOWN_SECRETS = frozenset({"changeme", "change-me", "secret", "insecure", "development"})

COMMON_NAMES = {
    "DATABASE_URL": "RUSTOK_DATABASE_URL",
    "DATABASE_REPLICA_URL": "RUSTOK_DATABASE_REPLICA_URL",
    "REDIS_URL": "RUSTOK_REDIS_URL",
    "SECRET_KEY": "RUSTOK_SECRET_KEY",
    "PORT": "RUSTOK_PORT",
    "PUBLIC_URL": "RUSTOK_PUBLIC_URL",
    "LOG_LEVEL": "RUSTOK_LOG_LEVEL",
}
"""Names that people already type, and the settings they are; the longer name wins."""


class PlatformSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The server, from `RUSTOK_*`."""

    env: Literal["development", "production"] = "development"
    """In production, default secrets and conveniences of development are refused."""
    secret_key: str | None = None
    """Derives passwords of database roles and encrypts signing keys; also `SECRET_KEY`.
    Without it, development keeps a random one in the home folder."""
    database_url: str | None = None
    """The owner's URL of an own PostgreSQL; also `DATABASE_URL`. Without it one is embedded."""
    database_replica_url: str | None = None
    """A streaming replica of that PostgreSQL, from which projections read; also
    `DATABASE_REPLICA_URL`. Without it they read the primary."""
    redis_url: str | None = None
    """A Redis, or what speaks its protocol, to share caches over: `redis://`, `rediss://` or
    `unix://`; also `REDIS_URL`. Without it each process has its own caches alone."""
    home: str = ".rustok"
    """The folder of the embedded database and the demo's credentials."""
    postgres_bin: str | None = None
    """A folder with a system PostgreSQL's programs, 15 or newer, for the embedded server."""
    bind: str = "127.0.0.1"
    """The address to listen on."""
    port: int = 8000
    """The port to listen on; also `PORT`."""
    public_url: str | None = None
    """How the outside reaches the server behind a proxy; its scheme is what pages link with. Also
    `PUBLIC_URL`."""
    base_domains: tuple[str, ...] = ("localhost",)
    """Domains whose subdomains are tenants' slugs."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks (CIDR) whose X-Forwarded-* headers count."""
    stop_seconds: float = 10.0
    """How long requests and batches that run when a process is asked to end may take."""
    watchdog_seconds: float = 45.0
    """A process whose event loop stands still for so long ends itself with code 86, so that
    another takes over: `serve`, `relay`, `index` and the children of `run`. 0 never does."""
    disabled_modules: tuple[str, ...] = ()
    """Modules that are switched off for every tenant; their data stays."""
    events_transport: Literal["memory", "outbox", "nats", "iggy"] = "outbox"
    """How events come to their consumers: read from PostgreSQL, or brought by a stream before they
    are asked for. It may be changed by a restart at any time."""
    metrics_port: int | None = None
    """A port of its own on which a process of any kind answers `/metrics` and `/health`; without it
    only a server of the API does, on its own."""
    metrics_bind: str = "127.0.0.1"
    """The address of that port. Whoever reaches it may read."""
    metrics_token: str | None = None
    """What a reader of `/metrics` on the API's own port sends as `Authorization: Bearer`."""
    metrics_networks: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """Networks (CIDR) that read `/metrics` on the API's own port without a token, by an address or
    a name without a dot: on a shop's domain nobody does."""
    max_body_bytes: int = 2_000_000
    """How large a request's body may be, in bytes."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least severe level that is logged; also `LOG_LEVEL`."""
    log_format: Literal["console", "json"] = "console"
    """For people or for machines."""

    def __post_init__(self) -> None:
        """Raises ValueError, which msgspec reports as an invalid setting."""
        if not 0 <= self.port <= 65_535:
            raise ValueError("PORT is between 0 and 65535")
        if not 0 <= (self.metrics_port or 0) <= 65_535:
            raise ValueError("METRICS_PORT is between 0 and 65535")
        if self.metrics_token is not None and len(self.metrics_token) < MIN_TOKEN:
            raise ValueError(f"METRICS_TOKEN has {MIN_TOKEN} characters or more")
        if self.redis_url is not None and not self.redis_url.startswith(REDIS_SCHEMES):
            raise ValueError("REDIS_URL begins with redis://, rediss:// or unix://")
        for network in (*self.trusted_proxies, *self.metrics_networks):
            ip_network(network)
        if self.env == "production":
            self._check_secret()

    def _check_secret(self) -> None:
        secret = self.secret_key or ""
        if len(secret) < MIN_SECRET or secret.lower() in KNOWN_SECRETS or len(set(secret)) < 8:
            raise ValueError(
                f"production needs SECRET_KEY: {MIN_SECRET} random characters of its own, "
                'for instance from python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )

    @property
    def home_path(self) -> Path:
        """The home folder, absolute."""
        return Path(self.home).absolute()


class Config(msgspec.Struct, frozen=True):
    """Everything read from the environment: the platform, the database, each module's own."""

    platform: PlatformSettings
    database: DatabaseSettings
    sections: dict[str, Any]


def sections(modules: Modules) -> dict[str, type[msgspec.Struct]]:
    """The settings classes by section: `""` is the platform, modules go by their names."""
    found: dict[str, type[msgspec.Struct]] = {
        "": PlatformSettings,
        "database": DatabaseSettings,
        "redis": RedisSettings,
        "graphql": GraphQLSettings,
        "graphql_limits": LimitSettings,
        "graphql_subscriptions": SubscriptionSettings,
        "health": HealthSettings,
        "telemetry": TelemetrySettings,
        "rate_limits": RateLimitSettings,
        "back_pressure": BackPressureSettings,
    }
    for module in modules:
        kind = module.part("settings")
        if kind is not None:
            found[module.name] = kind
    return found


def load(environ: Mapping[str, str], modules: Modules) -> Config:
    """The configuration; raises BadSettings with every unknown or invalid variable."""
    named = dict(environ)
    for common, full in COMMON_NAMES.items():
        if environ.get(common):
            named.setdefault(full, environ[common])
    values = read(sections(modules), named)
    problems = [
        *contradictions(values[""].events_transport, values.get("streaming")),
        *_of_replica(values[""], values["database"]),
    ]
    if problems:
        raise BadSettings(problems)
    return Config(values[""], values["database"], values)


def _of_replica(platform: PlatformSettings, database: DatabaseSettings) -> Iterator[str]:
    """What is wrong with a replica's settings, one line for each problem."""
    url = platform.database_replica_url
    if url is None and database.replica_worker_url is None:
        return
    if platform.database_url is None:
        yield "RUSTOK_DATABASE_REPLICA_URL needs RUSTOK_DATABASE_URL: the embedded has no replica"
    elif url == platform.database_url:
        yield "RUSTOK_DATABASE_REPLICA_URL is RUSTOK_DATABASE_URL: name its replica, or none"
    if database.worker_url is not None and database.replica_worker_url is None:
        yield (
            "RUSTOK_DATABASE__WORKER_URL needs RUSTOK_DATABASE__REPLICA_WORKER_URL, to sign in "
            "at RUSTOK_DATABASE_REPLICA_URL"
        )


__all__ = ["BadSettings", "Config", "PlatformSettings", "load", "sections"]
