"""Use cases about roles."""

from itertools import chain
from uuid import UUID

import msgspec
from msgspec import UNSET

from rustok.core.clock import Clock
from rustok.core.context import Context
from rustok.core.db import Database, WriteSession
from rustok.core.db.failures import constraints
from rustok.core.errors import NotFound
from rustok.core.events import Fact
from rustok.core.host import Host
from rustok.core.identity import CHANNEL, Principals, Roles, Users
from rustok.core.ids import IdSource
from rustok.core.permissions import Permission
from rustok.rbac import repository
from rustok.rbac.assignments import Assignments, check_held
from rustok.rbac.domain import (
    SUMMARIES,
    Catalogue,
    check_name,
    check_summary,
)
from rustok.rbac.errors import RoleBuiltIn, RoleInUse, RoleTaken
from rustok.rbac.events import RoleCreated, RoleDeleted, RoleUpdated
from rustok.rbac.permissions import ROLE_ASSIGN, ROLE_READ, ROLE_WRITE
from rustok.rbac.repository import RoleRow
from rustok.rbac.types import Role, RoleChanged, RoleCreate, RolesSet, RoleUpdate


class RoleService:
    """Lists, makes, changes and deletes roles, and gives them to users."""

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        ids: IdSource,
        catalogue: Catalogue,
        assignments: Assignments,
        principals: Principals,
    ) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids
        self._catalogue = catalogue
        self._assignments = assignments
        self._principals = principals

    def permissions(self, ctx: Context) -> tuple[Permission, ...]:
        """Every permission that a role of the tenant can hold."""
        ctx.require(ROLE_READ)
        known = self._catalogue
        return tuple(known.permissions[key] for key in sorted(known.tenant))

    async def roles(self, ctx: Context) -> tuple[Role, ...]:
        """The built-in roles, then the tenant's own by name."""
        ctx.require(ROLE_READ)
        async with self._db.read(ctx) as session:
            rows = await session.all(repository.ROLES)
        built_in = (self._built_in(name) for name in self._catalogue.built_in)
        return (*built_in, *map(self._role, rows))

    async def create(self, ctx: Context, given: RoleCreate) -> RoleChanged:
        """A role; raises ValidationFailed, RoleTaken, ExceedsOwnRights."""
        ctx.require(ROLE_WRITE)
        name, summary = check_name(given.name), check_summary(given.summary)
        permissions = self._assignments.delegable(ctx, given.permissions)
        role_id = self._ids.new()
        async with self._db.write(ctx) as session:
            await session.execute(repository.LOCK_TENANT)
            with constraints({"rbac_roles_pkey": RoleTaken}):
                await session.execute(
                    repository.INSERT_ROLE,
                    name=name,
                    id=role_id,
                    summary=summary,
                    now=self._clock.now(),
                )
            await _put_permissions(session, name, permissions)
            session.record(
                RoleCreated(role=name, permissions=permissions),
                aggregate_id=role_id,
                aggregate_version=1,
            )
        role = Role(name=name, summary=summary, built_in=False, permissions=permissions, version=1)
        return RoleChanged(role=role, position=session.token)

    async def update(self, ctx: Context, name: str, given: RoleUpdate) -> RoleChanged:
        """Changes a role for all who have it.

        Raises NotFound, RoleBuiltIn, ValidationFailed, and ExceedsOwnRights where the role held or
        would hold more than the caller does.
        """
        ctx.require(ROLE_WRITE)
        async with self._db.write(ctx) as session:
            row = await self._locked(ctx, session, name)
            permissions = tuple(row.permissions)
            if given.permissions is not UNSET:
                permissions = self._assignments.delegable(ctx, given.permissions)
                await session.execute(repository.DELETE_PERMISSIONS, role=name)
                await _put_permissions(session, name, permissions)
            summary = row.summary if given.summary is UNSET else check_summary(given.summary)
            await session.execute(
                repository.UPDATE_ROLE, name=name, summary=summary, now=self._clock.now()
            )
            fact = RoleUpdated(role=name, permissions=permissions)
            await _changed(ctx, session, row, fact)
        self._principals.forget(tenant_id=ctx.tenant.id)
        changed = msgspec.structs.replace(
            row, summary=summary, permissions=list(permissions), version=row.version + 1
        )
        return RoleChanged(role=self._role(changed), position=session.token)

    async def delete(self, ctx: Context, name: str) -> int | None:
        """Deletes a role that nobody has; returns the log token.

        Raises NotFound, RoleBuiltIn, RoleInUse, ExceedsOwnRights.
        """
        ctx.require(ROLE_WRITE)
        async with self._db.write(ctx) as session:
            row = await self._locked(ctx, session, name)
            with constraints({"rbac_assignments_role": RoleInUse}):
                await session.execute(repository.DELETE_ROLE, name=name)
            await _changed(ctx, session, row, RoleDeleted(role=name))
        return session.token

    async def set_user_roles(self, ctx: Context, user_id: UUID, roles: tuple[str, ...]) -> RolesSet:
        """Replaces a user's roles.

        Raises NotFound, ValidationFailed, LastAdmin, and ExceedsOwnRights where the user held or
        would hold more than the caller does.
        """
        ctx.require(ROLE_ASSIGN)
        async with self._db.write(ctx) as session:
            grants = await self._assignments.assign(ctx, session, user_id, roles)
        self._principals.forget(tenant_id=ctx.tenant.id, user_id=user_id)
        return RolesSet(
            roles=grants.roles,
            permissions=tuple(sorted(grants.permissions)),
            position=session.token,
        )

    async def _locked(self, ctx: Context, session: WriteSession, name: str) -> RoleRow:
        """A custom role that the caller may touch, while nobody else changes roles."""
        await session.execute(repository.LOCK_TENANT)
        if name in self._catalogue.built_in:
            raise RoleBuiltIn(f"{name} is a built-in role.")
        row = await session.maybe(repository.ROLE, name=name)
        if row is None:
            raise NotFound("There is no such role.")
        check_held(ctx, self._catalogue.holds(name, row.permissions))
        return row

    def _role(self, row: RoleRow) -> Role:
        held = self._catalogue.holds(row.name, row.permissions)
        return Role(
            name=row.name,
            summary=row.summary,
            built_in=False,
            permissions=tuple(sorted(held)),
            version=row.version,
        )

    def _built_in(self, name: str) -> Role:
        return Role(
            name=name,
            summary=SUMMARIES[name],
            built_in=True,
            permissions=tuple(sorted(self._catalogue.built_in[name])),
            version=1,
        )


async def _put_permissions(session: WriteSession, role: str, permissions: tuple[str, ...]) -> None:
    await session.execute(repository.INSERT_PERMISSIONS, role=role, permissions=list(permissions))


async def _changed(ctx: Context, session: WriteSession, row: RoleRow, fact: Fact) -> None:
    session.record(fact, aggregate_id=row.id, aggregate_version=row.version + 1)
    await session.execute(repository.NOTIFY, channel=CHANNEL, what=f"tenant:{ctx.tenant.id}")


def build(host: Host) -> dict[str, object]:
    """The services of the module."""
    declared = chain.from_iterable(module.part("permissions") or () for module in host.modules)
    catalogue = Catalogue(declared)
    assignments = Assignments(catalogue, host.get(Users), host.clock, host.ids)
    host.provide(Roles, assignments)
    role_service = RoleService(
        db=host.db,
        clock=host.clock,
        ids=host.ids,
        catalogue=catalogue,
        assignments=assignments,
        principals=host.get(Principals),
    )
    return {"role_service": role_service}
