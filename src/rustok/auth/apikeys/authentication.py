"""Who an API key speaks for at this moment, remembered for less than a second."""

import hmac
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec

from rustok.auth.apikeys import repository
from rustok.auth.apikeys.domain import is_over
from rustok.auth.apikeys.form import LENGTH, PREFIX, digest, named
from rustok.auth.apikeys.uses import LastUses
from rustok.auth.errors import ExpiredApiKey, InvalidApiKey, RevokedApiKey, TokenOtherTenant
from rustok.auth.settings import AuthSettings
from rustok.core.cache import Caches, LoadingCache
from rustok.core.clock import Clock
from rustok.core.context import Actor, TenantRef, system_context
from rustok.core.db import Database
from rustok.core.host import Host
from rustok.core.identity import Roles


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """A live key's actor and the moment the key ends by itself."""

    key_id: UUID
    actor: Actor
    expires_at: datetime | None


class ApiKeys:
    """Recognises keys, as PostgreSQL has them.

    What is remembered is found by the digest of the whole key: a wrong secret is looked up in
    PostgreSQL whether or not there is a key of that id, and gets the same answer in the same time.
    """

    def __init__(self, host: Host, settings: AuthSettings) -> None:
        self._db: Database = host.db
        self._clock: Clock = host.clock
        self._host = host  # rbac is built later than auth
        self.uses = LastUses(host.db, host.clock)
        self._cache: LoadingCache[tuple[UUID, bytes], Machine] = host.get(Caches).loading(
            "api-keys", entries=settings.cache_entries, seconds=settings.principal_cache_seconds
        )

    async def authenticate(self, tenant: TenantRef, text: str) -> Actor:
        """The actor of a text that begins as keys do.

        Raises InvalidApiKey, RevokedApiKey, ExpiredApiKey, TokenOtherTenant, DatabaseUnavailable.
        """
        if len(text) != LENGTH:
            raise InvalidApiKey
        proof = digest(text)
        machine = await self._cache.get((tenant.id, proof), partial(self._load, tenant, text))
        if is_over(machine.expires_at, self._clock.now()):
            raise ExpiredApiKey
        return machine.actor

    def forget(self, key_id: UUID) -> None:
        """Drops what this process remembers of a key."""
        self._cache.purge(lambda known: known.key_id == key_id)

    def heard(self, text: str) -> None:
        """A signal: `key:<uuid>`, or empty for anything; others are about users."""
        kind, _, key = text.partition(":")
        if kind == "key":
            self.forget(UUID(key))
        elif not kind:
            self._cache.purge()

    async def _load(self, tenant: TenantRef, text: str, key: tuple[UUID, bytes]) -> Machine:
        who = named(text)
        if who is None:
            raise InvalidApiKey
        if who.tenant_id != tenant.id:
            raise TokenOtherTenant
        async with self._db.read(system_context(tenant)) as session:
            row = await session.maybe(repository.KNOWN, id=who.key_id)
        if row is None or not hmac.compare_digest(row.digest, key[1]):
            raise InvalidApiKey
        if row.revoked_at is not None:
            raise RevokedApiKey
        if not is_over(row.expires_at, self._clock.now()):
            self.uses.note(tenant, who.key_id, row.last_used_at)
        permissions = self._host.get(Roles).known(row.permissions)
        actor = Actor(kind="key", key_id=who.key_id, permissions=permissions)
        return Machine(key_id=who.key_id, actor=actor, expires_at=row.expires_at)


def is_api_key(token: str) -> bool:
    """Whether the bearer token is meant as an API key."""
    return token.startswith(PREFIX)
