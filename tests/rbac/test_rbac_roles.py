"""Custom roles: who may make, change and delete them, and never beyond their own rights."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from rustok.core.context import Context
from rustok.core.errors import Forbidden, NotFound, RustokError, Unauthenticated, ValidationFailed
from rustok.rbac.errors import ExceedsOwnRights, RoleBuiltIn, RoleInUse, RoleTaken
from rustok.rbac.permissions import ROLE_ASSIGN, ROLE_READ, ROLE_WRITE
from rustok.rbac.service import RoleService
from rustok.rbac.types import RoleCreate, RoleUpdate
from rustok.testing.actors import as_actor, as_anonymous
from rustok.testing.databases import TestDatabase
from tests.auth.people import People, facts, rows

READER = RoleCreate(name="reader", summary="Reads.", permissions=("user:read", "role:read"))
TABLES = ("rbac_roles", "rbac_role_permissions", "rbac_holders", "rbac_assignments", "sys_events")


async def everything(database: TestDatabase) -> list[str]:
    found = [str(dict(row)) for name in TABLES for row in await rows(database, f"TABLE {name}")]
    return sorted(found)


Use = Callable[[RoleService, Context], Awaitable[Any]]
WRITES: dict[str, Use] = {
    "create": lambda roles, ctx: roles.create(ctx, RoleCreate(name="new")),
    "update": lambda roles, ctx: roles.update(ctx, "reader", RoleUpdate(permissions=())),
    "delete": lambda roles, ctx: roles.delete(ctx, "reader"),
}


async def test_who_may_not_write_roles_changes_nothing(
    roles: RoleService, ctx: Context, database: TestDatabase
) -> None:
    await roles.create(ctx, READER)
    before = await everything(database)

    for caller, expected in (
        (as_anonymous(ctx), Unauthenticated),
        (as_actor(ctx), Forbidden),
        (as_actor(ctx, ROLE_READ, ROLE_ASSIGN), Forbidden),
    ):
        for use in WRITES.values():
            with pytest.raises(expected):
                await use(roles, caller)

    assert await everything(database) == before


async def test_another_tenants_role_is_not_found(
    roles: RoleService, ctx: Context, other_ctx: Context, database: TestDatabase
) -> None:
    await roles.create(ctx, READER)
    before = await everything(database)

    for name in ("update", "delete"):
        with pytest.raises(NotFound):
            await WRITES[name](roles, other_ctx)

    assert await everything(database) == before
    assert "reader" not in [role.name for role in await roles.roles(other_ctx)]


async def test_the_list_needs_its_permission(roles: RoleService, ctx: Context) -> None:
    for caller, expected in ((as_anonymous(ctx), Unauthenticated), (as_actor(ctx), Forbidden)):
        with pytest.raises(expected):
            await roles.roles(caller)
        with pytest.raises(expected):
            roles.permissions(caller)


async def test_roles_are_listed_with_what_they_hold(roles: RoleService, ctx: Context) -> None:
    await roles.create(ctx, READER)

    found = {role.name: role for role in await roles.roles(as_actor(ctx, ROLE_READ))}

    assert list(found) == ["super_admin", "admin", "manager", "customer", "reader"]
    assert [role.built_in for role in found.values()] == [True] * 4 + [False]
    assert found["reader"].permissions == ("role:read", "user:read")
    assert set(found["admin"].permissions) == {p.key for p in roles.permissions(ctx)}
    assert found["customer"].permissions == ()


async def test_a_role_lives_and_its_facts_tell_so(
    roles: RoleService, ctx: Context, database: TestDatabase
) -> None:
    created = await roles.create(ctx, READER)
    changed = await roles.update(ctx, "reader", RoleUpdate(summary="Reads users."))
    narrowed = await roles.update(ctx, "reader", RoleUpdate(permissions=("user:read",)))
    position = await roles.delete(ctx, "reader")

    assert [r.role.version for r in (created, changed, narrowed)] == [1, 2, 3]
    assert changed.role.permissions == created.role.permissions
    assert (narrowed.role.summary, narrowed.role.permissions) == ("Reads users.", ("user:read",))
    assert None not in (created.position, changed.position, narrowed.position, position)
    assert [(name, version) for name, version, _ in await facts(database)] == [
        ("role.created", 1),
        ("role.updated", 2),
        ("role.updated", 3),
        ("role.deleted", 4),
    ]


async def test_nobody_makes_or_touches_a_role_mightier_than_themselves(
    roles: RoleService, ctx: Context, database: TestDatabase
) -> None:
    await roles.create(ctx, READER)
    writer = as_actor(ctx, ROLE_WRITE, ROLE_READ)
    before = await everything(database)

    for use in (
        roles.create(writer, RoleCreate(name="more", permissions=("role:assign",))),
        roles.update(writer, "reader", RoleUpdate(permissions=("role:read",))),
        roles.update(writer, "reader", RoleUpdate(summary="Mine.")),
        roles.delete(writer, "reader"),
    ):
        with pytest.raises(ExceedsOwnRights):
            await use

    assert await everything(database) == before
    await roles.create(writer, RoleCreate(name="less", permissions=("role:read",)))
    with pytest.raises(ExceedsOwnRights):
        await roles.update(writer, "less", RoleUpdate(permissions=("role:read", "user:read")))


async def test_a_role_holds_only_what_there_is(roles: RoleService, ctx: Context) -> None:
    for permission in ("*", "platform:everything", "ghost:read", ""):
        with pytest.raises(ValidationFailed):
            await roles.create(ctx, RoleCreate(name="odd", permissions=(permission,)))


async def test_built_in_roles_stay_as_they_are(
    roles: RoleService, people: People, ctx: Context
) -> None:
    await people.register()
    for name in ("super_admin", "admin", "manager", "customer"):
        for use in (
            roles.update(ctx, name, RoleUpdate(permissions=())),
            roles.delete(ctx, name),
        ):
            with pytest.raises(RoleBuiltIn):
                await use


async def test_a_name_is_taken_once(roles: RoleService, ctx: Context) -> None:
    await roles.create(ctx, READER)

    with pytest.raises(RoleTaken):
        await roles.create(ctx, READER)


async def test_a_role_that_users_have_is_not_deleted(
    roles: RoleService, people: People, ctx: Context
) -> None:
    await roles.create(ctx, READER)
    user = (await people.register()).user
    await roles.set_user_roles(ctx, user.id, ("reader",))

    with pytest.raises(RoleInUse):
        await roles.delete(ctx, "reader")

    await roles.set_user_roles(ctx, user.id, ())
    await roles.delete(ctx, "reader")


async def test_unknown_roles_are_not_found(roles: RoleService, ctx: Context) -> None:
    for use in (roles.update(ctx, "ghost", RoleUpdate()), roles.delete(ctx, "ghost")):
        with pytest.raises(RustokError) as caught:
            await use
        assert caught.value.status == 404


async def test_lists_in_the_input_are_bounded(
    roles: RoleService, people: People, ctx: Context
) -> None:
    user = (await people.register()).user
    for use in (
        roles.create(ctx, RoleCreate(name="many", permissions=("user:read",) * 1_001)),
        roles.set_user_roles(ctx, user.id, ("customer",) * 51),
    ):
        with pytest.raises(ValidationFailed) as caught:
            await use
        assert caught.value.errors[0].code.startswith("TOO_MANY")
