"""Who a session speaks for at this moment, remembered for less than a second."""

from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec

from rustok.auth import repository
from rustok.auth.errors import SessionEnded, TokenOtherTenant
from rustok.auth.settings import AuthSettings
from rustok.auth.tokens import AccessTokens
from rustok.core.cache import LoadingCache
from rustok.core.clock import Clock
from rustok.core.context import Actor, TenantRef, system_context
from rustok.core.db import Database
from rustok.core.host import Host
from rustok.core.identity import Roles


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """A live session's actor and the moment the session ends by itself."""

    tenant_id: UUID
    actor: Actor
    expires_at: datetime


Key = tuple[UUID, UUID]


class PrincipalCache:
    """Reads sessions, users and roles from PostgreSQL; implements the Principals port.

    What is remembered is dropped when a signal says that it changed. Where no signal arrives it
    ends by itself after `principal_cache_seconds`, so that nothing depends on signals.
    """

    def __init__(self, db: Database, host: Host, settings: AuthSettings) -> None:
        self._db = db
        self._host = host  # rbac is built later than auth
        self._cache: LoadingCache[Key, Principal] = LoadingCache(
            entries=settings.cache_entries, seconds=settings.principal_cache_seconds
        )

    async def get(self, tenant: TenantRef, session_id: UUID) -> Principal:
        """The principal; raises SessionEnded, DatabaseUnavailable."""
        return await self._cache.get((tenant.id, session_id), partial(self._load, tenant))

    def forget(self, *, tenant_id: UUID, user_id: UUID | None = None) -> None:
        """Drops what this process remembers of a user, or of every user of the tenant."""
        self._cache.purge(
            lambda known: (
                known.tenant_id == tenant_id and (user_id is None or known.actor.user_id == user_id)
            )
        )

    def heard(self, text: str) -> None:
        """A signal: `user:<uuid>`, `tenant:<uuid>`, or empty for anything."""
        kind, _, key = text.partition(":")
        if kind == "user":
            user_id = UUID(key)
            self._cache.purge(lambda known: known.actor.user_id == user_id)
        elif kind == "tenant":
            self.forget(tenant_id=UUID(key))
        else:
            self._cache.purge()

    async def _load(self, tenant: TenantRef, key: Key) -> Principal:
        _, session_id = key
        async with self._db.read(system_context(tenant)) as session:
            row = await session.maybe(repository.PRINCIPAL, session_id=session_id)
            if row is None or row.revoked_at is not None or row.status != "active":
                raise SessionEnded
            grants = await self._host.get(Roles).grants(session, row.user_id)
        actor = Actor(
            kind="user",
            user_id=row.user_id,
            session_id=session_id,
            email=row.email,
            roles=grants.roles,
            permissions=grants.permissions,
        )
        return Principal(tenant_id=tenant.id, actor=actor, expires_at=row.expires_at)


class TokenAuthenticator:
    """Implements the Authenticator port: a token's signature, then its tenant, then its session."""

    def __init__(self, tokens: AccessTokens, principals: PrincipalCache, clock: Clock) -> None:
        self._tokens = tokens
        self._principals = principals
        self._clock = clock

    async def authenticate(self, tenant: TenantRef, token: str) -> Actor:
        """The actor; raises Unauthenticated, TokenOtherTenant, DatabaseUnavailable."""
        subject = await self._tokens.verify(token)
        if subject.tenant_id != tenant.id:
            raise TokenOtherTenant
        principal = await self._principals.get(tenant, subject.session_id)
        is_over = principal.expires_at <= self._clock.now()
        if is_over or principal.actor.user_id != subject.user_id:
            raise SessionEnded
        return principal.actor
