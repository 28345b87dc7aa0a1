"""Counts sign-in attempts before they are looked at, in PostgreSQL, for all processes at once."""

import hashlib
import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

import msgspec

from rustok.auth import repository
from rustok.auth.settings import AuthSettings
from rustok.core.clock import Clock
from rustok.core.context import Context
from rustok.core.db import Database, WriteSession
from rustok.core.errors import Throttled
from rustok.core.secrets import SecretKey

Scope = Literal["account", "address", "registration"]
_IPV6_CUSTOMER_BITS = 64


class Attempts:
    """A counter per account and per network address within a window.

    Unknown accounts are counted like known ones. Each count commits by itself, whatever becomes
    of the attempt, and of a transaction that the request shares.
    """

    def __init__(
        self, db: Database, clock: Clock, secret: SecretKey, settings: AuthSettings
    ) -> None:
        self._db = db
        self._clock = clock
        self._key = secret.derive("auth sign-in attempts")
        self._window = timedelta(seconds=settings.attempt_window_seconds)
        self._limits: dict[Scope, int] = {
            "account": settings.attempts_per_account,
            "address": settings.attempts_per_address,
            "registration": settings.registrations_per_address,
        }

    async def sign_in(self, ctx: Context, account: str, address: str | None) -> None:
        """Counts an attempt; raises Throttled. A throttled address burdens no account."""
        if address is not None:
            await self._count(ctx, "address", network(address))
        await self._count(ctx, "account", account)

    async def registration(self, ctx: Context, address: str | None) -> None:
        """Counts a registration; raises Throttled."""
        if address is not None:
            await self._count(ctx, "registration", network(address))

    async def succeeded(self, session: WriteSession, account: str, address: str | None) -> None:
        """Forgets the account's attempts and takes this one off the address."""
        if address is not None:
            subject = self._subject("address", network(address))
            await session.execute(repository.TAKE_BACK_ATTEMPT, scope="address", subject=subject)
        await session.execute(
            repository.FORGET_ATTEMPTS, scope="account", subject=self._subject("account", account)
        )

    async def _count(self, ctx: Context, scope: Scope, text: str) -> None:
        now = self._clock.now()
        window_before = now - self._window
        async with self._db.write(apart(ctx)) as session:
            row = await session.one(
                repository.COUNT_ATTEMPT,
                scope=scope,
                subject=self._subject(scope, text),
                now=now,
                window_before=window_before,
            )
            await session.execute(repository.DELETE_OLD_ATTEMPTS, window_before=window_before)
        if row.attempts > self._limits[scope]:
            raise Throttled(
                "Too many attempts.",
                retry_after=_seconds_until(row.window_started_at + self._window, now),
            )

    def _subject(self, scope: Scope, text: str) -> bytes:
        return hmac.digest(self._key, f"{scope}:{text}".encode(), hashlib.sha256)


def apart(ctx: Context) -> Context:
    """The context without its request's transaction: for what must stay when the request fails."""
    return msgspec.structs.replace(ctx, unit=None)


def network(address: str) -> str:
    """The address, or for IPv6 the network that one customer has; other texts as they are."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), _IPV6_CUSTOMER_BITS), strict=False))


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, int((moment - now).total_seconds() + 0.999))
