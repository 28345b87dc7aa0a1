"""Who a session speaks for at this moment, remembered for less than a second."""

from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec

from rustok.auth import repository
from rustok.auth.apikeys.authentication import ApiKeys, is_api_key
from rustok.auth.errors import SessionEnded, TokenOtherTenant
from rustok.auth.settings import AuthSettings
from rustok.auth.tokens import AccessTokens
from rustok.core.cache import Caches, LoadingCache
from rustok.core.clock import Clock
from rustok.core.context import Actor, TenantRef, system_context
from rustok.core.db import Database
from rustok.core.host import Host
from rustok.core.identity import Grants, Roles


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """A live session's actor and the moment the session ends by itself."""

    tenant_id: UUID
    actor: Actor
    expires_at: datetime


Key = tuple[UUID, UUID, UUID]


class PrincipalCache:
    """Reads sessions, users and roles from PostgreSQL; implements the Principals port.

    What is remembered is dropped when a signal says that it changed. Where no signal arrives it
    ends by itself after `principal_cache_seconds`, so that nothing depends on signals.

    Processes may share what users hold, no longer than that either, and never whether a session
    lives: that is asked of PostgreSQL alone.
    """

    def __init__(self, db: Database, host: Host, settings: AuthSettings) -> None:
        self._db = db
        self._host = host  # rbac is built later than auth
        self._caches = host.get(Caches)
        seconds = settings.principal_cache_seconds
        self._cache: LoadingCache[Key, Principal] = self._caches.loading(
            "principals", entries=settings.cache_entries, seconds=seconds
        )
        self._shared = self._caches.shared("grants", Grants, seconds=seconds)

    async def get(self, tenant: TenantRef, session_id: UUID, user_id: UUID) -> Principal:
        """The principal of a session that a token says is the user's.

        Raises SessionEnded, DatabaseUnavailable.
        """
        return await self._cache.get((tenant.id, session_id, user_id), partial(self._load, tenant))

    def forget(self, *, tenant_id: UUID, user_id: UUID | None = None) -> None:
        """Drops what this process remembers of a user, or of every user of the tenant."""
        self._cache.purge(
            lambda known: (
                known.tenant_id == tenant_id and (user_id is None or known.actor.user_id == user_id)
            )
        )
        self._caches.changed(f"user:{user_id}" if user_id else f"users:{tenant_id}")

    def heard(self, text: str) -> None:
        """A signal: `user:<uuid>`, `tenant:<uuid>`, or empty for anything."""
        kind, _, key = text.partition(":")
        if kind == "user":
            user_id = UUID(key)
            self._cache.purge(lambda known: known.actor.user_id == user_id)
            self._caches.changed(f"user:{user_id}")
        elif kind == "tenant":
            self.forget(tenant_id=UUID(key))
        elif not kind:
            self._cache.purge()
            self._caches.changed(None)

    async def _load(self, tenant: TenantRef, key: Key) -> Principal:
        if self._shared is None:
            return await self._read(tenant, key, None)
        user_id = key[2]
        # neither a session of the database nor another process waits for Redis meanwhile
        async with self._shared.turn(str(tenant.id), str(user_id), wait=False) as turn:
            principal = await self._read(tenant, key, turn.value)
            if turn.value is None:
                held = Grants(principal.actor.roles, principal.actor.permissions)
                await turn.keep(held, f"user:{user_id}", f"users:{tenant.id}")
            return principal

    async def _read(self, tenant: TenantRef, key: Key, known: Grants | None) -> Principal:
        """The session as PostgreSQL has it, and what its user holds where that is not `known`."""
        _, session_id, user_id = key
        async with self._db.read(system_context(tenant)) as session:
            row = await session.maybe(repository.PRINCIPAL, session_id=session_id)
            if row is None or row.revoked_at is not None or row.status != "active":
                raise SessionEnded
            if row.user_id != user_id:
                raise SessionEnded
            grants = known or await self._host.get(Roles).grants(session, user_id)
        actor = Actor(
            kind="user",
            user_id=user_id,
            session_id=session_id,
            email=row.email,
            roles=grants.roles,
            permissions=grants.permissions,
        )
        return Principal(tenant_id=tenant.id, actor=actor, expires_at=row.expires_at)


class TokenAuthenticator:
    """Implements the Authenticator port.

    A token's signature, then its tenant, then its session; an API key's tenant, then its secret.
    """

    def __init__(
        self, tokens: AccessTokens, principals: PrincipalCache, api_keys: ApiKeys, clock: Clock
    ) -> None:
        self._tokens = tokens
        self._api_keys = api_keys
        self._principals = principals
        self._clock = clock

    async def authenticate(self, tenant: TenantRef, token: str) -> Actor:
        """The actor; raises Unauthenticated, TokenOtherTenant, DatabaseUnavailable."""
        if is_api_key(token):
            return await self._api_keys.authenticate(tenant, token)
        subject = await self._tokens.verify(token)
        if subject.tenant_id != tenant.id:
            raise TokenOtherTenant
        principal = await self._principals.get(tenant, subject.session_id, subject.user_id)
        if principal.expires_at <= self._clock.now():
            raise SessionEnded
        return principal.actor
