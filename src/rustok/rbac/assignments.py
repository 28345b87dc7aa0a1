"""Who has which role; implements the Roles port for auth."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from rustok.core.clock import Clock
from rustok.core.context import Context
from rustok.core.db import ReadSession, WriteSession
from rustok.core.db.failures import constraints
from rustok.core.errors import FieldError, NotFound, ValidationFailed, invalid
from rustok.core.identity import CHANNEL, Grants, Users
from rustok.core.ids import IdSource
from rustok.rbac import repository
from rustok.rbac.domain import (
    ADMINS,
    CUSTOMER,
    MAX_ROLES,
    SUPER_ADMIN,
    Catalogue,
    check_permissions,
)
from rustok.rbac.errors import ExceedsOwnRights, LastAdmin
from rustok.rbac.events import UserRolesChanged


class Assignments:
    """Reads and replaces the roles of users.

    Changes of a tenant's roles and assignments take turns, so that two admins cannot take the
    role from each other at the same moment.
    """

    def __init__(self, catalogue: Catalogue, users: Users, clock: Clock, ids: IdSource) -> None:
        self._catalogue = catalogue
        self._users = users
        self._clock = clock
        self._ids = ids

    async def grants(self, session: ReadSession, user_id: UUID) -> Grants:
        """What the user holds now."""
        rows = await session.all(repository.GRANTS, user_id=user_id)
        held = [self._catalogue.holds(row.role, row.permissions) for row in rows]
        return Grants(tuple(row.role for row in rows), frozenset().union(*held))

    async def roles_of(
        self, session: ReadSession, user_ids: Sequence[UUID]
    ) -> Mapping[UUID, tuple[str, ...]]:
        """The roles of several users."""
        found: dict[UUID, list[str]] = defaultdict(list)
        for row in await session.all(repository.ASSIGNMENTS, user_ids=list(user_ids)):
            found[row.user_id].append(row.role)
        return {user_id: tuple(roles) for user_id, roles in found.items()}

    async def assign_default(self, session: WriteSession, user_id: UUID) -> None:
        """Gives a user who has just registered the customer's role."""
        await self._put(session, user_id, (CUSTOMER,))

    async def assign(
        self, ctx: Context, session: WriteSession, user_id: UUID, roles: Sequence[str]
    ) -> Grants:
        """Replaces a user's roles.

        Raises ValidationFailed, NotFound, ExceedsOwnRights, LastAdmin.
        """
        if len(roles) > MAX_ROLES:
            raise invalid("TOO_MANY_ROLES", f"A user has at most {MAX_ROLES} roles.", "roles")
        await session.execute(repository.LOCK_TENANT)
        before = await self.grants(session, user_id)
        wanted = tuple(sorted(set(roles)))
        gained = await self._permissions(session, wanted)
        if set(wanted) == set(before.roles):
            return before
        self._check_caller(ctx, before, gained)
        if ctx.actor.kind != "system" and SUPER_ADMIN in {*wanted, *before.roles}:
            raise ExceedsOwnRights("Only the command line gives and takes super_admin.")
        if not set(wanted) & set(ADMINS):
            await self._check_admin_remains(ctx, session, before, user_id)
        await self._put(session, user_id, wanted)
        return Grants(wanted, gained)

    def delegable(self, ctx: Context, permissions: Sequence[str]) -> tuple[str, ...]:
        """Permissions that the caller hands on; raises ValidationFailed, ExceedsOwnRights."""
        wanted = check_permissions(self._catalogue, permissions)
        check_held(ctx, wanted)
        return wanted

    def known(self, permissions: Iterable[str]) -> frozenset[str]:
        """Those that still mean something."""
        return self._catalogue.known(permissions)

    async def check_suspension(self, ctx: Context, session: WriteSession, user_id: UUID) -> None:
        """Raises ExceedsOwnRights where the caller holds less than the user, and LastAdmin."""
        await session.execute(repository.LOCK_TENANT)
        before = await self.grants(session, user_id)
        self._check_caller(ctx, before, frozenset())
        await self._check_admin_remains(ctx, session, before, user_id)

    def _check_caller(self, ctx: Context, before: Grants, gained: frozenset[str]) -> None:
        if ctx.actor.kind == "system":
            return
        missing = (before.permissions | gained) - ctx.actor.permissions
        if missing:
            raise ExceedsOwnRights(f"You do not hold {min(missing)} yourself.")

    async def _check_admin_remains(
        self, ctx: Context, session: WriteSession, before: Grants, user_id: UUID
    ) -> None:
        if ctx.actor.kind == "system" or not set(before.roles) & set(ADMINS):
            return
        others = set(await session.all(repository.HOLDERS, roles=list(ADMINS))) - {user_id}
        if not await self._users.active(session, sorted(others)):
            raise LastAdmin("Give the role admin to another active user first.")

    async def _permissions(self, session: ReadSession, roles: Sequence[str]) -> frozenset[str]:
        """What roles add up to; raises ValidationFailed for one that does not exist."""
        stored = {row.name: row.permissions for row in await session.all(repository.ROLES)}
        errors = [
            FieldError(
                path=("roles", number),
                code="UNKNOWN_ROLE",
                detail=f"There is no role {role[:63]!r}.",
            )
            for number, role in enumerate(roles)
            if role not in stored and role not in self._catalogue.built_in
        ]
        if errors:
            raise ValidationFailed(errors[0].detail, errors=errors)
        held = [self._catalogue.holds(role, stored.get(role, ())) for role in roles]
        return frozenset().union(*held)

    async def _put(self, session: WriteSession, user_id: UUID, roles: tuple[str, ...]) -> None:
        for role in roles:
            if role in self._catalogue.built_in:
                await session.execute(
                    repository.ENSURE_BUILT_IN,
                    name=role,
                    id=self._ids.new(),
                    now=self._clock.now(),
                )
        with constraints({"rbac_holders_user": lambda: NotFound("There is no such user.")}):
            version = await session.one(repository.NEXT_VERSION, user_id=user_id)
        await session.execute(repository.DELETE_ASSIGNMENTS, user_id=user_id)
        await session.execute(repository.INSERT_ASSIGNMENTS, user_id=user_id, roles=list(roles))
        session.record(
            UserRolesChanged(roles=roles), aggregate_id=user_id, aggregate_version=version
        )
        await session.execute(repository.NOTIFY, channel=CHANNEL, what=f"user:{user_id}")


def check_held(ctx: Context, permissions: Iterable[str]) -> None:
    """Raises ExceedsOwnRights for a permission that the caller does not hold."""
    missing = [key for key in sorted(permissions) if not ctx.actor.may(key)]
    if missing:
        raise ExceedsOwnRights(f"You do not hold {missing[0]} yourself.")
