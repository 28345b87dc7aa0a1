"""Argon2id, in a few threads of its own so that sign-ins cannot starve the loop."""

import asyncio
import secrets
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rustok.auth.domain import normal_password
from rustok.auth.errors import HashingBusy
from rustok.auth.settings import AuthSettings

T = TypeVar("T")
_SALT_BYTES = 16
_HASH_BYTES = 32


class Passwords:
    """Hashes and verifies; a bounded number at once, a bounded number waiting."""

    def __init__(self, settings: AuthSettings, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or hasher_of(settings)
        self._threads = ThreadPoolExecutor(settings.hash_threads, thread_name_prefix="argon2")
        self._most = settings.hash_threads + settings.hash_queue
        self._running = 0
        self._nobodys = _hash_of_nothing(self._hasher)

    async def hash(self, password: str) -> str:
        """The encoded hash; raises HashingBusy."""
        secret = _bytes(password)
        return await self._run(lambda: self._hasher.hash(secret))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is the one; without a hash the same work is done for a false.

        Raises HashingBusy.
        """
        secret, against = _bytes(password), password_hash or self._nobodys

        def check() -> bool:
            try:
                return self._hasher.verify(against, secret)
            except (VerificationError, InvalidHashError):
                return False

        return await self._run(check) and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._running >= self._most:
            raise HashingBusy(retry_after=1)
        self._running += 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        future.add_done_callback(self._done)
        return await asyncio.shield(future)

    def _done(self, _future: object) -> None:
        # counted by the work itself: a caller who went away leaves its thread busy
        self._running -= 1


def hasher_of(settings: AuthSettings) -> PasswordHasher:
    """Argon2id with the parameters of the settings."""
    return PasswordHasher(
        time_cost=settings.argon2_passes,
        memory_cost=settings.argon2_memory_kib,
        parallelism=settings.argon2_lanes,
        hash_len=_HASH_BYTES,
        salt_len=_SALT_BYTES,
    )


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """A well-formed hash with today's parameters that no password has."""
    salt, tail = (
        b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()
        for size in (_SALT_BYTES, _HASH_BYTES)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${tail}"


def _bytes(password: str) -> bytes:
    return normal_password(password).encode("utf-8", "surrogatepass")
