"""Use cases of a tenant's operators about API keys."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from rustok.auth.apikeys import repository
from rustok.auth.apikeys.authentication import ApiKeys
from rustok.auth.apikeys.domain import check_expiry, check_name, status_of
from rustok.auth.apikeys.form import digest, hint, new_key
from rustok.auth.apikeys.repository import ApiKeyRow
from rustok.auth.errors import OutlivesCreator, RevokedApiKey
from rustok.auth.events import ApiKeyCreated, ApiKeyRevoked
from rustok.auth.permissions import API_KEY_CREATE, API_KEY_READ, API_KEY_REVOKE
from rustok.auth.repository import NOTIFY
from rustok.auth.types import (
    API_KEY_ID,
    USER_ID,
    ApiKey,
    ApiKeyChanged,
    ApiKeyCreator,
    ApiKeyFilter,
    IssuedApiKey,
    NewApiKey,
)
from rustok.core.context import Context
from rustok.core.db import ReadSession, WriteSession
from rustok.core.errors import invalid
from rustok.core.host import Host
from rustok.core.identity import CHANNEL, Roles
from rustok.core.paging import Cursor, InvalidCursor, Page, page_size

ORDER = "api_keys"


class ApiKeyService:
    """Makes, lists and revokes the keys of a tenant."""

    def __init__(self, host: Host, api_keys: ApiKeys) -> None:
        self._db = host.db
        self._clock = host.clock
        self._ids = host.ids
        self._host = host  # rbac is built later than auth
        self._api_keys = api_keys

    async def list(
        self,
        ctx: Context,
        given: ApiKeyFilter,
        *,
        first: int | None = None,
        after: str | None = None,
    ) -> Page[ApiKey]:
        """The newest keys first; raises ValidationFailed, InvalidCursor, InvalidId."""
        ctx.require(API_KEY_READ)
        size, now = page_size(first, "first"), self._clock.now()
        async with self._db.read(ctx) as session:
            rows = await session.all(
                repository.API_KEYS,
                before=_before(after),
                limit=size + 1,
                now=now,
                status=given.status,
                creator=_creator(given),
            )
        shown = rows[:size]
        return Page(
            items=tuple(self._shown(row, now) for row in shown),
            cursors=tuple(_cursor(row.id) for row in shown),
            has_next=len(rows) > size,
        )

    async def count(self, ctx: Context, given: ApiKeyFilter) -> int:
        """How many keys there are."""
        ctx.require(API_KEY_READ)
        async with self._db.read(ctx) as session:
            return await session.one(
                repository.COUNT,
                now=self._clock.now(),
                status=given.status,
                creator=_creator(given),
            )

    async def get(self, ctx: Context, key_id: UUID) -> ApiKey:
        """One key; raises NotFound."""
        ctx.require(API_KEY_READ)
        async with self._db.read(ctx) as session:
            return await self._get(session, key_id)

    async def texts(self, session: ReadSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
        """Each actor's id with the prefix of its kind; implements the Actors port."""
        keys = set(await session.all(repository.THOSE, ids=list(ids)))
        return {id_: (API_KEY_ID if id_ in keys else USER_ID).text(id_) for id_ in ids}

    async def create(self, ctx: Context, given: NewApiKey) -> IssuedApiKey:
        """A key, and its text, which nobody can be shown again.

        Raises ValidationFailed, Forbidden where it would hold more than the caller does, and
        OutlivesCreator where a key makes one that ends later than itself.
        """
        ctx.require(API_KEY_CREATE)
        now, name = self._clock.now(), check_name(given.name)
        check_expiry(given.expires_at, now)
        if not given.permissions:
            raise invalid("NO_PERMISSIONS", "A key names what it may do.", "permissions")
        permissions = self._host.get(Roles).delegable(ctx, given.permissions)
        key_id = self._ids.new()
        text = new_key(ctx.tenant.id, key_id)
        async with self._db.write(ctx) as session:
            await _check_creator(ctx, session, given.expires_at)
            await session.execute(
                repository.INSERT,
                id=key_id,
                name=name,
                digest=digest(text),
                hint=hint(text),
                permissions=list(permissions),
                now=now,
                created_by_user=ctx.actor.user_id,
                created_by_key=ctx.actor.key_id,
                expires_at=given.expires_at,
            )
            session.record(
                ApiKeyCreated(permissions=permissions, expires_at=given.expires_at),
                aggregate_id=key_id,
                aggregate_version=1,
            )
            api_key = await self._get(session, key_id)
        ctx.answer_once()
        return IssuedApiKey(api_key=api_key, secret=text, position=session.token)

    async def revoke(self, ctx: Context, key_id: UUID) -> ApiKeyChanged:
        """Ends a key for good, in every process; one that is revoked already stays as it is.

        Raises NotFound, Forbidden where the key holds more than the caller does.
        """
        ctx.require(API_KEY_REVOKE)
        roles = self._host.get(Roles)
        async with self._db.write(ctx) as session:
            locked = await session.one(repository.LOCK, id=key_id)
            roles.delegable(ctx, sorted(roles.known(locked.permissions)))
            revoked = await session.maybe(repository.REVOKE, id=key_id, now=self._clock.now())
            if revoked is not None:
                session.record(
                    ApiKeyRevoked(), aggregate_id=key_id, aggregate_version=revoked.version
                )
                await session.execute(NOTIFY, channel=CHANNEL, what=f"key:{key_id}")
            api_key = await self._get(session, key_id)
        self._api_keys.forget(key_id)
        return ApiKeyChanged(api_key=api_key, position=session.token)

    async def _get(self, session: ReadSession, key_id: UUID) -> ApiKey:
        now = self._clock.now()
        return self._shown(await session.one(repository.API_KEY, id=key_id, now=now), now)

    def _shown(self, row: ApiKeyRow, now: datetime) -> ApiKey:
        return ApiKey(
            id=row.id,
            name=row.name,
            hint=row.hint,
            permissions=tuple(sorted(self._host.get(Roles).known(row.permissions))),
            status=status_of(row.revoked_at, row.expires_at, now),
            created_at=row.created_at,
            created_by=_created_by(row),
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            last_used_at=row.last_used_at,
            version=row.version,
        )


async def _check_creator(ctx: Context, session: WriteSession, expires_at: datetime | None) -> None:
    """A key that makes a key must still be there, and must not prolong itself that way."""
    if ctx.actor.key_id is None:
        return
    own = await session.one(repository.LOCK, id=ctx.actor.key_id)
    if own.revoked_at is not None:
        raise RevokedApiKey
    if own.expires_at is not None and (expires_at is None or expires_at > own.expires_at):
        raise OutlivesCreator(f"This key ends {own.expires_at.isoformat()}.")


def _created_by(row: ApiKeyRow) -> ApiKeyCreator | None:
    if row.created_by_user is not None:
        return ApiKeyCreator(id=USER_ID.text(row.created_by_user), is_active=row.creator_active)
    if row.created_by_key is not None:
        return ApiKeyCreator(id=API_KEY_ID.text(row.created_by_key), is_active=row.creator_active)
    return None


def _creator(given: ApiKeyFilter) -> UUID | None:
    text = given.created_by
    if text is None:
        return None
    return API_KEY_ID.parse_or_none(text) or USER_ID.parse(text)


def _cursor(key_id: UUID) -> str:
    return Cursor(order=ORDER, values=(API_KEY_ID.text(key_id),)).encode()


def _before(after: str | None) -> UUID | None:
    if after is None:
        return None
    match Cursor.decode(after, ORDER).values:
        case (str() as text,):
            key_id = API_KEY_ID.parse_or_none(text)
            if key_id is not None:
                return key_id
    raise InvalidCursor
