"""The keys as one process knows them."""

import asyncio
from collections.abc import Callable
from time import monotonic

from rustok.auth.keys.rotation import KeyRotation
from rustok.auth.keys.signing_key import SigningKey
from rustok.auth.settings import AuthSettings
from rustok.core.clock import Clock
from rustok.core.secrets import SecretKey

UNKNOWN_RELOAD_SECONDS = 1.0
"""How long after reading the keys an unknown `kid` is refused without reading them again."""


class KeyRing:
    """Reads the keys every now and then, and once more for a `kid` it does not know."""

    def __init__(
        self,
        rotation: KeyRotation,
        clock: Clock,
        settings: AuthSettings,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._rotation = rotation
        self._clock = clock
        self._reload_seconds = settings.key_reload_seconds
        self._timer = timer
        self._keys: dict[str, SigningKey] = {}
        self._read_at: float | None = None
        self._turn = asyncio.Lock()

    async def current(self) -> SigningKey:
        """The key that signs, made or rotated where that is due; raises DatabaseUnavailable."""
        await self._read(within=self._reload_seconds)
        current = self._current()
        if current is None or self._rotation.is_due(current.signs_since, self._clock.now()):
            await self._rotation.rotate_when_due(self._clock.now())
            await self._read(within=0)
            current = self._current()
        assert current is not None
        return current

    async def accepted(self, kid: str) -> SigningKey | None:
        """The key of this id while its tokens are believed; raises DatabaseUnavailable."""
        await self._read(within=self._reload_seconds)
        if kid not in self._keys:
            await self._read(within=UNKNOWN_RELOAD_SECONDS)
        key = self._keys.get(kid)
        return key if key is not None and key.is_accepted(self._clock.now()) else None

    async def published(self) -> list[dict[str, str]]:
        """The JWKS: every key whose tokens are or will be believed."""
        await self.current()
        now = self._clock.now()
        return [key.published() for key in self._keys.values() if key.is_accepted(now)]

    async def check(self, secret: SecretKey) -> None:
        """Opens the key that signs, where there is one by now; what is known here stays as it is.

        Raises KeysUnreadable, DatabaseUnavailable.
        """
        for row in await self._rotation.stored():
            if row.state == "current":
                SigningKey.of(row).private(secret)

    async def rotate(self) -> None:
        """Lets the next key sign; raises RotationTooSoon."""
        await self._rotation.rotate(self._clock.now())
        await self._read(within=0)

    async def replace_all(self) -> None:
        """Throws every key away and begins anew.

        All access tokens end: at once here, within the time of a reload in other processes.
        """
        await self._rotation.replace_all(self._clock.now())
        await self._read(within=0)

    def _current(self) -> SigningKey | None:
        return next((key for key in self._keys.values() if key.state == "current"), None)

    async def _read(self, *, within: float) -> None:
        """Reads the keys unless that was done within so many seconds; many callers, one read."""
        if self._is_fresh(within):
            return
        async with self._turn:
            if not self._is_fresh(within):
                read_at = self._timer()
                self._keys = {row.kid: SigningKey.of(row) for row in await self._rotation.stored()}
                self._read_at = read_at

    def _is_fresh(self, within: float) -> bool:
        return self._read_at is not None and self._timer() - self._read_at < within
