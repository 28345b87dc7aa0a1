"""Use cases of staff and of the command line about a tenant's users."""

from uuid import UUID

from rustok.auth import repository
from rustok.auth.accounts import Accounts, user_of
from rustok.auth.domain import check_new_password, email_key
from rustok.auth.errors import OwnAccount
from rustok.auth.events import UserPasswordChanged, UserReactivated, UserSuspended
from rustok.auth.passwords import Passwords
from rustok.auth.permissions import USER_CREATE, USER_READ, USER_SUSPEND
from rustok.auth.sessions import Sessions, announce
from rustok.auth.types import USER_ID, Changed, NewUser, User, UserFilter, UserStatus
from rustok.core.clock import Clock
from rustok.core.context import Context
from rustok.core.db import Database, WriteSession
from rustok.core.errors import Forbidden, NotFound
from rustok.core.events import Fact
from rustok.core.identity import Principals
from rustok.core.paging import Cursor, InvalidCursor, Page, page_size

ORDER = "users"


class UserService:
    """Creates, lists, suspends and reactivates users."""

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        accounts: Accounts,
        passwords: Passwords,
        sessions: Sessions,
        principals: Principals,
    ) -> None:
        self._db = db
        self._clock = clock
        self._accounts = accounts
        self._passwords = passwords
        self._sessions = sessions
        self._principals = principals

    async def list(
        self, ctx: Context, given: UserFilter, *, first: int | None = None, after: str | None = None
    ) -> Page[User]:
        """The newest users first; raises ValidationFailed, InvalidCursor."""
        ctx.require(USER_READ)
        size = page_size(first, "first")
        async with self._db.read(ctx) as session:
            rows = await session.all(
                repository.USERS, before=_before(after), limit=size + 1, **_matching(given)
            )
            shown = rows[:size]
            roles = await self._accounts.roles.roles_of(session, [row.id for row in shown])
        return Page(
            items=tuple(user_of(row, roles.get(row.id, ())) for row in shown),
            cursors=tuple(_cursor(row.id) for row in shown),
            has_next=len(rows) > size,
        )

    async def count(self, ctx: Context, given: UserFilter) -> int:
        """How many users there are."""
        ctx.require(USER_READ)
        async with self._db.read(ctx) as session:
            return await session.one(repository.COUNT_USERS, **_matching(given))

    async def get(self, ctx: Context, user_id: UUID) -> User:
        """One user; raises NotFound."""
        ctx.require(USER_READ)
        async with self._db.read(ctx) as session:
            return await self._accounts.get(session, user_id)

    async def create(self, ctx: Context, given: NewUser) -> Changed:
        """A user with roles; raises ValidationFailed, EmailTaken, and Forbidden where the roles
        hold more than the caller does."""
        ctx.require(USER_CREATE)
        password_hash = await self._accounts.hashed(ctx, given)
        async with self._db.write(ctx) as session:
            user_id = await self._accounts.insert(ctx, session, given, password_hash, by_staff=True)
            await self._accounts.roles.assign(ctx, session, user_id, given.roles)
            user = await self._accounts.get(session, user_id)
        return Changed(user=user, position=session.token)

    async def suspend(self, ctx: Context, user_id: UUID) -> Changed:
        """Ends all sessions of a user and lets none begin.

        Raises NotFound, OwnAccount, Forbidden where the user holds more than the caller.
        """
        ctx.require(USER_SUSPEND)
        if ctx.actor.user_id == user_id:
            raise OwnAccount("Nobody suspends themselves.")
        async with self._db.write(ctx) as session:
            await self._accounts.roles.check_suspension(ctx, session, user_id)
            if await self._set_status(session, user_id, "suspended", UserSuspended()):
                await self._sessions.revoke_all(session, user_id, "suspended")
            user = await self._accounts.get(session, user_id)
        self._principals.forget(tenant_id=ctx.tenant.id, user_id=user_id)
        return Changed(user=user, position=session.token)

    async def reactivate(self, ctx: Context, user_id: UUID) -> Changed:
        """Lets a suspended user sign in again; raises NotFound, Forbidden as `suspend`."""
        ctx.require(USER_SUSPEND)
        async with self._db.write(ctx) as session:
            await self._accounts.roles.check_suspension(ctx, session, user_id)
            await self._set_status(session, user_id, "active", UserReactivated())
            user = await self._accounts.get(session, user_id)
        self._principals.forget(tenant_id=ctx.tenant.id, user_id=user_id)
        return Changed(user=user, position=session.token)

    async def set_password(self, ctx: Context, email: str, password: str) -> Changed:
        """For the platform's operator: a new password, all sessions ended.

        Raises NotFound, ValidationFailed.
        """
        if ctx.actor.kind != "system":
            raise Forbidden("Only the command line sets another one's password.")
        check_new_password(password, email=email, field="password")
        password_hash = await self._passwords.hash(password)
        async with self._db.write(ctx) as session:
            found = await self._accounts.by_email(session, email)
            if found is None:
                raise NotFound("There is no user with this email address.")
            locked = await session.one(repository.LOCK_USER, id=found.id)
            await session.execute(
                repository.SET_PASSWORD,
                id=found.id,
                password_hash=password_hash,
                now=self._clock.now(),
            )
            session.record(
                UserPasswordChanged(), aggregate_id=found.id, aggregate_version=locked.version + 1
            )
            await self._sessions.revoke_all(session, found.id, "password_changed")
            user = await self._accounts.get(session, found.id)
        self._principals.forget(tenant_id=ctx.tenant.id, user_id=found.id)
        return Changed(user=user, position=session.token)

    async def _set_status(
        self, session: WriteSession, user_id: UUID, status: UserStatus, fact: Fact
    ) -> bool:
        """Whether the status was another one."""
        locked = await session.one(repository.LOCK_USER, id=user_id)
        if locked.status == status:
            return False
        await session.execute(
            repository.SET_STATUS, id=user_id, status=status, now=self._clock.now()
        )
        session.record(fact, aggregate_id=user_id, aggregate_version=locked.version + 1)
        await announce(session, user_id)
        return True


def _matching(given: UserFilter) -> dict[str, str | None]:
    key = None if given.email is None else email_key(given.email)
    return {"email_key": key, "status": given.status}


def _cursor(user_id: UUID) -> str:
    return Cursor(order=ORDER, values=(USER_ID.text(user_id),)).encode()


def _before(after: str | None) -> UUID | None:
    if after is None:
        return None
    match Cursor.decode(after, ORDER).values:
        case (str() as text,):
            user_id = USER_ID.parse_or_none(text)
            if user_id is not None:
                return user_id
    raise InvalidCursor
