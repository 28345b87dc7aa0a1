"""Gives a host its caches: shared over Redis where `REDIS_URL` names one."""

from hashlib import blake2b

from rustok import __version__
from rustok.app.settings import Config
from rustok.core.cache import Caches, SharedCaches
from rustok.core.cache.sealing import Seal
from rustok.core.health import HealthChecks
from rustok.core.host import Host
from rustok.core.metrics import ProcessMetrics
from rustok.core.modules.registry import Modules
from rustok.core.resilience import Breakers
from rustok.core.secrets import SecretKey
from rustok.core.signals import Signals


def open_caches(host: Host, config: Config) -> SharedCaches | None:
    """Provides Caches on the host; what is shared is the caller's to close.

    A Redis that is not there is no error: it is asked again and again, and the process goes on
    with its own caches alone.
    """
    caches = Caches(host.get(ProcessMetrics))
    host.provide(Caches, caches)
    url = config.platform.redis_url
    if url is None:
        return None
    # lazy: half a second, and of no use without a server
    from rustok.app.redis.client import RedisClient
    from rustok.app.redis.settings import RedisSettings
    from rustok.app.redis.store import RedisStore

    settings = host.settings(RedisSettings)
    client = RedisClient(url, settings, host.get(Breakers))
    host.provide(RedisClient, client)
    host.get(HealthChecks).add("redis", client.ping, critical=False)
    signals = host.get(Signals)
    namespace = f"{settings.prefix}:{_shape(host.modules)}"
    shared = SharedCaches(
        RedisStore(client, namespace),
        Seal(host.get(SecretKey).derive("shared caches")),
        namespace,
        lambda: signals.is_current,
        most_bytes=settings.max_value_bytes,
    )
    caches.share(shared)
    return shared


def _shape(modules: Modules) -> str:
    """The versions that make the values: processes of others keep apart."""
    parts = [f"rustok {__version__}", *(f"{module.name} {module.version}" for module in modules)]
    return blake2b("\n".join(parts).encode(), digest_size=6).hexdigest()
