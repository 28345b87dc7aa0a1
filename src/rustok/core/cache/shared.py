"""The level that processes share: believed only as far as this process has heard of changes.

It may be lost, slow or wrong at any moment: then whatever it was asked for is made as if there were
none, and nobody but the metrics is told.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Final, Generic, TypeVar

import msgspec
import structlog

from rustok.core.cache.freshness import Freshness
from rustok.core.cache.sealing import FORM, Envelope, Seal, Unreadable
from rustok.core.cache.store import Look, SharedStore, StoreUnavailable
from rustok.core.metrics import Histogram

V = TypeVar("V")

_log = structlog.get_logger("rustok.cache")

WAIT_SECONDS: Final = 0.1
"""How long to wait for another process that is making the same value."""
LOOK_SECONDS: Final = 0.01
"""How often to look whether it is there."""
HEARING_SECONDS: Final = 1.5
"""So old is what this process has heard of for certain: see Signals.is_current."""


class SharedCaches:
    """What the caches of a process have in common: the store, and what is known of changes.

    `is_current` says whether this process hears of changes; while it does not, nothing is read.
    """

    def __init__(
        self,
        store: SharedStore,
        seal: Seal,
        namespace: str,
        is_current: Callable[[], bool],
        *,
        most_bytes: int,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self.store = store
        self.seal = seal
        self.namespace = namespace
        self.most_bytes = most_bytes
        self.freshness = Freshness()
        self._is_current = is_current
        self._timer = timer
        self._moving: asyncio.Task[None] | None = None
        self._readings: deque[tuple[float, int]] = deque(maxlen=64)

    def changed(self, scope: str | None) -> None:
        """Believes nothing of the scope, or of all, until the store's clock was moved on."""
        self.freshness.changed(scope)
        self._move()

    def may_read(self) -> bool:
        """Whether anything may be believed; where the clock has to be moved on, has it moved."""
        if self.freshness.is_due:
            self._move()
        return self._is_current()

    async def look(self, full: str) -> Look:
        """What is there, having taken note of the clock; raises StoreUnavailable."""
        seen = self.freshness.seen
        look = await self.store.look(full)
        self.freshness.read(look.clock, seen)
        if look.clock is not None:
            self._read(look.clock)
        return look

    def heard_count(self) -> int | None:
        """A count all changes before which this process has heard of, None where it knows none."""
        until = self._timer() - HEARING_SECONDS
        found = None
        for moment, clock in self._readings:
            if moment > until:
                break
            found = clock
        return found

    async def close(self) -> None:
        """Ends what runs, and the store."""
        if self._moving is not None:
            self._moving.cancel()
            await asyncio.gather(self._moving, return_exceptions=True)
        await self.store.close()

    def _move(self) -> None:
        if self._moving is None or self._moving.done():
            self._moving = asyncio.get_running_loop().create_task(self._move_on())

    async def _move_on(self) -> None:
        """Moves the clock on for all that was heard; who asks next tries again where it fails."""
        while self.freshness.is_due:
            serial = self.freshness.serial
            try:
                clock = await self.store.tick(self.freshness.seen)
            except StoreUnavailable:
                return
            self.freshness.moved(clock, serial)
            self._read(clock)

    def _read(self, clock: int) -> None:
        now = self._timer()
        # at most one reading in a tenth of a period, so that old ones stay known
        if not self._readings or now - self._readings[-1][0] >= HEARING_SECONDS / 10:
            self._readings.append((now, clock))


class Turn(Generic[V]):
    """One lookup: `value` is what was found; where that is None, make it, and `keep` it here."""

    __slots__ = ("_cache", "_is_kept", "_key", "_losses", "_owner", "claimed", "stamp", "value")

    def __init__(
        self, cache: "SharedCache[V]", owner: str, key: str, stamp: int | None, value: V | None
    ) -> None:
        self._cache = cache
        self._owner = owner
        self._key = key
        self._losses = cache.caches.store.losses
        self._is_kept = False
        self.claimed = False
        self.stamp = stamp
        self.value = value

    @property
    def is_open(self) -> bool:
        """Whether a claim is still to be given up."""
        return self.claimed and not self._is_kept

    async def keep(self, value: V, *scopes: str) -> None:
        """Lets other processes have the value, unless one of its scopes changed meanwhile."""
        caches = self._cache.caches
        if self.stamp is None or caches.store.losses != self._losses:
            return
        if not caches.freshness.believes(self.stamp, scopes):
            return
        self._is_kept = await self._cache.put(self._key, self._owner, self.stamp, scopes, value)


class SharedCache(Generic[V]):
    """Values of one kind, in the shared level; an owner is a tenant, or what names one."""

    def __init__(
        self,
        caches: SharedCaches,
        name: str,
        kind: type[V],
        *,
        seconds: float,
        tally: Counter[tuple[str, str]],
        timings: Histogram,
    ) -> None:
        self.caches = caches
        self._name = name
        self._seconds = seconds
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._tally = tally
        self._asking = timings.labels(name, "shared")
        self._making = timings.labels(name, "source")

    @asynccontextmanager
    async def turn(
        self, owner: str, key: str, *, by_hearing: bool = False, wait: bool = True
    ) -> AsyncIterator[Turn[V]]:
        """Finds the value, or lets this caller make it while other processes wait for a moment.

        `by_hearing` is for what is made from things that this process only knows by hearing of
        changes, such as from its own caches; without it, from the database itself. Without `wait`
        several processes may make the value at the same time.
        """
        begun = monotonic()
        full = f"{self.caches.namespace}:{self._name}:{owner}:{key}"
        turn = await self._find(owner, full, by_hearing=by_hearing)
        if turn.value is None and turn.stamp is not None and wait:
            turn = await self._claim(owner, full, turn)
        self._asking.observe(monotonic() - begun)
        self._tally[(self._name, "miss" if turn.value is None else "hit")] += 1
        if turn.value is not None:
            yield turn
            return
        making = monotonic()
        try:
            yield turn
        finally:
            self._making.observe(monotonic() - making)
            if turn.is_open:
                await self._release(full)

    async def put(
        self, full: str, owner: str, stamp: int, scopes: tuple[str, ...], value: V
    ) -> bool:
        """Keeps a value under its whole key; whether the store took it."""
        envelope = Envelope(FORM, owner, stamp, scopes, self._encoder.encode(value))
        sealed = self.caches.seal.close(full, envelope)
        if len(sealed) > self.caches.most_bytes:
            return False
        try:
            await self.caches.store.keep(full, sealed, self._seconds)
        except StoreUnavailable:
            self._tally[(self._name, "error")] += 1
            return False
        return True

    async def _find(self, owner: str, full: str, *, by_hearing: bool) -> Turn[V]:
        """The value where there is one to believe; without a stamp, nothing is to be kept."""
        if not self.caches.may_read():
            return Turn(self, owner, full, None, None)
        heard = self.caches.heard_count() if by_hearing else None
        try:
            look = await self.caches.look(full)
        except StoreUnavailable:
            self._tally[(self._name, "error")] += 1
            return Turn(self, owner, full, None, None)
        stamp = heard if by_hearing else look.clock
        return Turn(self, owner, full, stamp, self._read(owner, full, look.value))

    async def _claim(self, owner: str, full: str, turn: Turn[V]) -> Turn[V]:
        """The turn of the one who makes the value, or what another one made of it meanwhile."""
        try:
            turn.claimed = await self.caches.store.claim(full)
        except StoreUnavailable:
            self._tally[(self._name, "error")] += 1
            return turn
        until = monotonic() + WAIT_SECONDS
        while not turn.claimed and monotonic() < until:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                look = await self.caches.look(full)
            except StoreUnavailable:
                break
            turn.value = self._read(owner, full, look.value)
            if turn.value is not None or not look.claimed:
                break
        return turn

    def _read(self, owner: str, full: str, sealed: bytes | None) -> V | None:
        if sealed is None:
            return None
        try:
            envelope = self.caches.seal.open(full, sealed)
            if envelope.owner != owner:
                raise Unreadable(f"of {envelope.owner}")
            value = self._decoder.decode(envelope.payload)
        except (Unreadable, msgspec.DecodeError) as error:
            _log.warning("shared_value_unreadable", cache=self._name, error=str(error))
            self._tally[(self._name, "error")] += 1
            return None
        if not self.caches.freshness.believes(envelope.stamp, envelope.scopes):
            self._tally[(self._name, "stale")] += 1
            return None
        return value

    async def _release(self, full: str) -> None:
        try:
            await self.caches.store.release(full)
        except StoreUnavailable:
            self._tally[(self._name, "error")] += 1
