"""Resolvers of the rbac module."""

from typing import Any

from rustok.core.graphql import Info, Payload, Resolvers, graph, mutation, read
from rustok.core.ids import IdKind
from rustok.core.permissions import Permission
from rustok.rbac.service import RoleService
from rustok.rbac.types import Role, RoleCreate, RoleUpdate

USER_ID = IdKind("user")

resolvers = Resolvers()
resolvers.bind("Role", Role)
resolvers.bind("Permission", Permission)


@resolvers.field("Query", "permissions")
def permissions(_root: None, info: Info) -> tuple[Permission, ...]:
    """Every permission that a role of the tenant can hold."""
    return graph(info).get(RoleService).permissions(graph(info).ctx)


@resolvers.field("Query", "roles")
async def roles(_root: None, info: Info) -> tuple[Role, ...]:
    """The built-in roles, then the tenant's own."""
    return await graph(info).get(RoleService).roles(graph(info).ctx)


@resolvers.field("Mutation", "roleCreate")
@mutation
async def role_create(_root: None, info: Info, *, input: dict[str, Any]) -> Payload:
    """Makes a role."""
    service = graph(info).get(RoleService)
    changed = await service.create(graph(info).ctx, read(RoleCreate, input))
    return {"role": changed.role, "position": _position(changed.position)}


@resolvers.field("Mutation", "roleUpdate")
@mutation
async def role_update(_root: None, info: Info, *, name: str, input: dict[str, Any]) -> Payload:
    """Changes a role."""
    service = graph(info).get(RoleService)
    changed = await service.update(graph(info).ctx, name, read(RoleUpdate, input))
    return {"role": changed.role, "position": _position(changed.position)}


@resolvers.field("Mutation", "roleDelete")
@mutation
async def role_delete(_root: None, info: Info, *, name: str) -> Payload:
    """Deletes a role."""
    position = await graph(info).get(RoleService).delete(graph(info).ctx, name)
    return {"deleted": name, "position": _position(position)}


@resolvers.field("Mutation", "userRolesSet")
@mutation
async def user_roles_set(_root: None, info: Info, *, user_id: str, roles: list[str]) -> Payload:
    """Replaces a user's roles."""
    found = (
        await graph(info)
        .get(RoleService)
        .set_user_roles(graph(info).ctx, USER_ID.parse(user_id), tuple(roles))
    )
    return {
        "roles": found.roles,
        "permissions": found.permissions,
        "position": _position(found.position),
    }


def _position(token: int | None) -> str | None:
    return None if token is None else str(token)
