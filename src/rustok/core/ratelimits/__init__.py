"""Rate limits as token buckets: pure arithmetic, and the port of what several processes share."""

from rustok.core.ratelimits.bucket import Bucket
from rustok.core.ratelimits.errors import RateLimited
from rustok.core.ratelimits.kept import Kept
from rustok.core.ratelimits.policy import Policy, Quota
from rustok.core.ratelimits.share import Share
from rustok.core.ratelimits.store import Ask, Grant, TokenStore
from rustok.core.ratelimits.subjects import network

__all__ = [
    "Ask",
    "Bucket",
    "Grant",
    "Kept",
    "Policy",
    "Quota",
    "RateLimited",
    "Share",
    "TokenStore",
    "network",
]
