"""What the use cases of visitors and of staff share about a user's row."""

from collections.abc import Sequence
from uuid import UUID

from rustok.auth import repository
from rustok.auth.domain import check_new_user, email_key
from rustok.auth.errors import EmailTaken
from rustok.auth.events import UserRegistered
from rustok.auth.passwords import Passwords
from rustok.auth.repository import SecretRow, UserRow
from rustok.auth.types import NewUser, Registration, User
from rustok.core.clock import Clock
from rustok.core.context import Context
from rustok.core.db import ReadSession, WriteSession
from rustok.core.db.failures import constraints
from rustok.core.host import Host
from rustok.core.identity import Roles
from rustok.core.ids import IdSource


class Accounts:
    """Makes and reads users; implements the Users port."""

    def __init__(self, host: Host, passwords: Passwords) -> None:
        self._host = host  # rbac is built later than auth
        self._clock: Clock = host.clock
        self._ids: IdSource = host.ids
        self._passwords = passwords

    @property
    def roles(self) -> Roles:
        """What rbac offers."""
        return self._host.get(Roles)

    async def hashed(self, ctx: Context, given: Registration | NewUser) -> str:
        """The hash of a new user's password; raises ValidationFailed for anything in the input."""
        check_new_user(
            ctx.tenant,
            email=given.email,
            password=given.password,
            name=given.name,
            locale=given.locale,
        )
        return await self._passwords.hash(given.password)

    async def insert(
        self,
        ctx: Context,
        session: WriteSession,
        given: Registration | NewUser,
        password_hash: str,
        *,
        by_staff: bool,
    ) -> UUID:
        """Adds the user; raises EmailTaken."""
        user_id = self._ids.new()
        with constraints({"auth_users_email": EmailTaken}):
            await session.execute(
                repository.INSERT_USER,
                id=user_id,
                email=given.email,
                email_key=email_key(given.email),
                name=given.name,
                password_hash=password_hash,
                locale=given.locale or ctx.locale,
                now=self._clock.now(),
            )
        fact = UserRegistered(by_staff=by_staff)
        session.record(fact, aggregate_id=user_id, aggregate_version=1)
        return user_id

    async def get(self, session: ReadSession, user_id: UUID) -> User:
        """The user with roles; raises NotFound."""
        row = await session.one(repository.USER, id=user_id)
        grants = await self.roles.grants(session, user_id)
        return user_of(row, grants.roles)

    async def by_email(self, session: ReadSession, email: str) -> SecretRow | None:
        """The user behind any spelling of an email, if there is one."""
        return await session.maybe(repository.SECRET_BY_EMAIL, email_key=email_key(email))

    async def active(self, session: ReadSession, user_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of the users who are not suspended."""
        return frozenset(await session.all(repository.ACTIVE, ids=list(user_ids)))


def user_of(row: UserRow, roles: Sequence[str]) -> User:
    """The user in a row."""
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        locale=row.locale,
        status="active" if row.status == "active" else "suspended",
        roles=tuple(roles),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )
