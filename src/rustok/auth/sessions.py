"""Sessions and their refresh tokens, within the transaction of a use case.

A session is the family of its refresh tokens: each is used once and gives a successor, and one
that is used again later ends the session.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from rustok.auth import repository
from rustok.auth.domain import session_end
from rustok.auth.events import RevokeReason, SessionCreated, SessionRevoked
from rustok.auth.repository import RefreshRow, RevokedRow, SessionRow
from rustok.auth.settings import AuthSettings
from rustok.core.clock import Clock
from rustok.core.db import WriteSession
from rustok.core.identity import CHANNEL
from rustok.core.ids import IdSource

_PREFIX = "rt_"
_FORM = re.compile(r"rt_[A-Za-z0-9_-]{43}")
_SECRET_BYTES = 32
KEPT_AFTER_END = timedelta(days=7)


class OpenSession(msgspec.Struct, frozen=True, kw_only=True):
    """A live session and the refresh token that was just made for it."""

    id: UUID
    user_id: UUID
    expires_at: datetime
    refresh_token: str


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a refresh token gives nothing; the caller is not told."""

    user_id: UUID | None = None
    reused: bool = False


class Sessions:
    """Opens, refreshes and revokes sessions, and records the facts."""

    def __init__(self, clock: Clock, ids: IdSource, settings: AuthSettings) -> None:
        self._clock = clock
        self._ids = ids
        self._settings = settings

    async def open(self, session: WriteSession, user_id: UUID) -> OpenSession:
        """A new session of a user, whose old ones are swept away with it."""
        now, session_id = self._clock.now(), self._ids.new()
        expires_at = session_end(now, now, self._settings)
        await session.execute(
            repository.INSERT_SESSION,
            id=session_id,
            user_id=user_id,
            now=now,
            expires_at=expires_at,
        )
        await session.execute(
            repository.DELETE_OLD_SESSIONS, user_id=user_id, before=now - KEPT_AFTER_END
        )
        session.record(
            SessionCreated(user_id=user_id), aggregate_id=session_id, aggregate_version=1
        )
        return OpenSession(
            id=session_id,
            user_id=user_id,
            expires_at=expires_at,
            refresh_token=await self._new_token(session, session_id, now),
        )

    async def refresh(self, session: WriteSession, token: str) -> OpenSession | Refusal:
        """The session with a new token.

        Within the grace a used token gives another successor, for requests that ran side by side;
        after it, or more often than any client needs, the session is revoked. That must be
        committed: it is returned, not raised.
        """
        digest = token_digest(token)
        if digest is None:
            return Refusal()
        # the lock is waited for first: only then is it known whether the token was used meanwhile
        found = await session.maybe(repository.LOCK_SESSION_OF_TOKEN, digest=digest)
        now = self._clock.now()
        if found is None or found.revoked_at is not None or found.expires_at <= now:
            return Refusal()
        if self._is_stolen(await session.one(repository.REFRESH, digest=digest), now):
            await self.revoke(session, found.id, found.user_id, "refresh_token_reused")
            return Refusal(user_id=found.user_id, reused=True)
        await session.execute(repository.USE_REFRESH, digest=digest, now=now)
        return await self._extended(session, found, now)

    async def revoke(
        self, session: WriteSession, session_id: UUID, user_id: UUID, reason: RevokeReason
    ) -> bool:
        """Ends one session; whether it was still open."""
        now = self._clock.now()
        row = await session.maybe(repository.REVOKE_SESSION, id=session_id, now=now, reason=reason)
        if row is not None:
            await self._revoked(session, [row], user_id, reason)
        return row is not None

    async def revoke_all(
        self,
        session: WriteSession,
        user_id: UUID,
        reason: RevokeReason,
        *,
        except_id: UUID | None = None,
    ) -> int:
        """Ends all sessions of a user, but for one; how many there were."""
        rows = await session.all(
            repository.REVOKE_SESSIONS,
            user_id=user_id,
            except_id=except_id,
            now=self._clock.now(),
            reason=reason,
        )
        await self._revoked(session, rows, user_id, reason)
        return len(rows)

    def _is_stolen(self, row: RefreshRow, now: datetime) -> bool:
        if row.used_at is None:
            return False
        grace = timedelta(seconds=self._settings.refresh_grace_seconds)
        return now > row.used_at + grace or row.uses >= self._settings.refresh_siblings

    async def _extended(
        self, session: WriteSession, found: SessionRow, now: datetime
    ) -> OpenSession:
        expires_at = session_end(found.created_at, now, self._settings)
        await session.execute(
            repository.EXTEND_SESSION, id=found.id, now=now, expires_at=expires_at
        )
        return OpenSession(
            id=found.id,
            user_id=found.user_id,
            expires_at=expires_at,
            refresh_token=await self._new_token(session, found.id, now),
        )

    async def _new_token(self, session: WriteSession, session_id: UUID, now: datetime) -> str:
        token = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        digest = token_digest(token)
        await session.execute(
            repository.INSERT_REFRESH, digest=digest, session_id=session_id, now=now
        )
        return token

    async def _revoked(
        self, session: WriteSession, rows: list[RevokedRow], user_id: UUID, reason: RevokeReason
    ) -> None:
        for row in rows:
            fact = SessionRevoked(user_id=user_id, reason=reason)
            session.record(fact, aggregate_id=row.id, aggregate_version=row.version)
        await announce(session, user_id)


async def announce(session: WriteSession, user_id: UUID) -> None:
    """Tells every process, when the transaction commits, to forget what it knows of a user."""
    await session.execute(repository.NOTIFY, channel=CHANNEL, what=f"user:{user_id}")


def token_digest(token: str) -> bytes | None:
    """What is stored of a refresh token; None for what cannot be one, the empty text included."""
    if not _FORM.fullmatch(token):
        return None
    return hashlib.sha256(token.encode()).digest()
