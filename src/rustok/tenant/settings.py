"""Settings of tenant resolution."""

import msgspec


class TenantSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Caches of the tenant directory, from `RUSTOK_TENANT__*`."""

    cache_seconds: float = 300.0
    """How long a found tenant is kept, in seconds; a change purges it at once."""
    negative_cache_seconds: float = 60.0
    """How long it is remembered that a tenant does not exist, in seconds."""
    cache_entries: int = 10_000
    """How many entries each of the two caches keeps at the most."""
