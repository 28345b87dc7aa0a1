"""Caches: in the process first, and a level that processes share where there is one."""

from rustok.core.cache.caches import Caches
from rustok.core.cache.loading import LoadingCache
from rustok.core.cache.shared import SharedCache, SharedCaches, Turn
from rustok.core.cache.store import Look, SharedStore, StoreUnavailable

__all__ = [
    "Caches",
    "LoadingCache",
    "Look",
    "SharedCache",
    "SharedCaches",
    "SharedStore",
    "StoreUnavailable",
    "Turn",
]
