"""Counts together with other processes: each spends portions of buckets that a store keeps."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Hashable, Sequence
from time import monotonic

from rustok.app.limits.limiter import Refusals
from rustok.app.limits.local import KEPT
from rustok.core.ratelimits import Kept, Policy, Share, TokenStore

DIGEST_BYTES = 16


class SharedLimiter:
    """Shares of the store's buckets. The store knows subjects by a keyed digest only."""

    def __init__(
        self,
        store: TokenStore,
        secret: bytes,
        timer: Callable[[], float] = monotonic,
        *,
        kept: int = KEPT,
    ) -> None:
        self.refusals = Refusals()
        self._store = store
        self._secret = secret
        self._timer = timer
        self._size = kept
        self._kept: dict[str, Kept[Share]] = {}
        self._asking: dict[bytes, asyncio.Future[None]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._kept.values()))

    def meter(self, policy: Policy, subject: Hashable) -> Share:
        """This process's share of the subject's bucket."""
        kept = self._kept.get(policy.name)
        if kept is None:
            kept = self._kept[policy.name] = Kept(self._size)
        found = kept.get(subject)
        if found is None:
            digest = hmac.digest(self._secret, f"{policy.name}:{subject}".encode(), hashlib.sha256)
            found = Share(digest[:DIGEST_BYTES], policy.quota, self._timer())
            kept.put(subject, found)
        return found

    async def spend(self, metered: Sequence[tuple[Policy, Share]], cost: int) -> None:
        """Takes the cost from all shares or from none; raises RateLimited.

        Waits for the store where a share has too little, and may have more for the asking.
        """
        while True:
            now = self._timer()
            lacking = [(policy, share) for policy, share in metered if not share.has(cost, now)]
            if not lacking:
                break
            for policy, share in lacking:
                wait = share.wait(cost, now)
                if wait > 0:
                    raise self.refusals.refuse(policy, cost, wait)
            await self._more([share for _, share in lacking], cost)
        for _, share in metered:
            share.spend(cost)

    async def _more(self, shares: Sequence[Share], cost: int) -> None:
        """Asks for all of them at once, or waits for whoever is asking for one of them."""
        for share in shares:
            asked = self._asking.get(share.key)
            if asked is not None:
                await asyncio.shield(asked)
                return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for share in shares:
            self._asking[share.key] = done
        try:
            now = self._timer()
            asks = [share.ask(cost, now) for share in shares]
            grants = await self._store.take(asks)
            now = self._timer()
            for share, ask, grant in zip(shares, asks, grants, strict=True):
                share.receive(ask, grant, now)
        finally:
            for share in shares:
                del self._asking[share.key]
            done.set_result(None)
