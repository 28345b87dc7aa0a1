"""REST routes of the rbac module."""

import msgspec
from litestar import delete, get, patch, post, put

from rustok.core.http import Body, Ctx, FromPath, Service, requires
from rustok.core.ids import IdKind
from rustok.rbac.permissions import ROLE_ASSIGN, ROLE_READ, ROLE_WRITE
from rustok.rbac.service import RoleService
from rustok.rbac.types import Role, RoleCreate, RoleUpdate

USER_ID = IdKind("user")


class PermissionBody(msgspec.Struct, frozen=True, kw_only=True):
    """A permission that roles can hold."""

    key: str
    summary: str


class RoleBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A role, with the position of the change that made it so."""

    name: FromPath[str]
    summary: str
    built_in: bool
    permissions: tuple[str, ...]
    version: int
    position: str | None = None


class RoleList(msgspec.Struct, frozen=True, kw_only=True):
    """Every role of the tenant."""

    data: list[RoleBody]


class PermissionList(msgspec.Struct, frozen=True, kw_only=True):
    """Every permission that roles can hold."""

    data: list[PermissionBody]


class UserRoles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The names of all the roles a user is to have."""

    roles: tuple[str, ...]


class UserRolesBody(msgspec.Struct, frozen=True, kw_only=True):
    """A user's roles and what they add up to."""

    roles: tuple[str, ...]
    permissions: tuple[str, ...]
    position: str | None


@get("/api/v1/admin/permissions", opt=requires(ROLE_READ), tags=["roles"])
async def permissions(ctx: Ctx, role_service: Service[RoleService]) -> PermissionList:
    """Every permission that a role of the tenant can hold."""
    found = role_service.permissions(ctx)
    return PermissionList(data=[PermissionBody(key=p.key, summary=p.summary) for p in found])


@get("/api/v1/admin/roles", opt=requires(ROLE_READ), tags=["roles"])
async def roles(ctx: Ctx, role_service: Service[RoleService]) -> RoleList:
    """The built-in roles, then the tenant's own."""
    return RoleList(data=[_body(role, None) for role in await role_service.roles(ctx)])


@post("/api/v1/admin/roles", opt=requires(ROLE_WRITE), tags=["roles"])
async def create_role(
    ctx: Ctx, role_service: Service[RoleService], data: Body[RoleCreate]
) -> RoleBody:
    """Makes a role that holds no more than the caller does."""
    changed = await role_service.create(ctx, data)
    return _body(changed.role, changed.position)


@patch("/api/v1/admin/roles/{name:str}", opt=requires(ROLE_WRITE), tags=["roles"])
async def update_role(
    ctx: Ctx, role_service: Service[RoleService], name: FromPath[str], data: Body[RoleUpdate]
) -> RoleBody:
    """Changes a role for all who have it; what is absent stays."""
    changed = await role_service.update(ctx, name, data)
    return _body(changed.role, changed.position)


@delete("/api/v1/admin/roles/{name:str}", opt=requires(ROLE_WRITE), tags=["roles"])
async def delete_role(ctx: Ctx, role_service: Service[RoleService], name: FromPath[str]) -> None:
    """Deletes a role that nobody has."""
    await role_service.delete(ctx, name)


@put("/api/v1/admin/users/{user_id:str}/roles", opt=requires(ROLE_ASSIGN), tags=["users"])
async def set_user_roles(
    ctx: Ctx, role_service: Service[RoleService], user_id: FromPath[str], data: Body[UserRoles]
) -> UserRolesBody:
    """Replaces a user's roles."""
    found = await role_service.set_user_roles(ctx, USER_ID.parse(user_id), data.roles)
    return UserRolesBody(
        roles=found.roles,
        permissions=found.permissions,
        position=None if found.position is None else str(found.position),
    )


def _body(role: Role, position: int | None) -> RoleBody:
    return RoleBody(
        name=role.name,
        summary=role.summary,
        built_in=role.built_in,
        permissions=role.permissions,
        version=role.version,
        position=None if position is None else str(position),
    )


ROUTES = (permissions, roles, create_role, update_role, delete_role, set_user_roles)
