"""Who may give which role to whom, and that somebody stays in charge."""

import asyncio
from uuid import UUID, uuid4

import pytest

from rustok.auth.service import UserService
from rustok.core.context import Context
from rustok.core.errors import Forbidden, NotFound, RustokError, Unauthenticated, ValidationFailed
from rustok.core.host import Host
from rustok.core.identity import Grants, Roles
from rustok.rbac.errors import ExceedsOwnRights, LastAdmin
from rustok.rbac.permissions import ROLE_ASSIGN, ROLE_READ, ROLE_WRITE
from rustok.rbac.service import RoleService
from rustok.rbac.types import RoleCreate
from rustok.testing.actors import as_actor, as_anonymous
from rustok.testing.databases import TestDatabase
from tests.auth.people import People, facts, rows


async def assigned(database: TestDatabase) -> list[tuple[UUID, str]]:
    found = await rows(database, "SELECT user_id, role FROM rbac_assignments ORDER BY 1, 2")
    return [(row["user_id"], row["role"]) for row in found]


async def grants(host: Host, ctx: Context, user_id: UUID) -> Grants:
    async with host.db.read(ctx) as session:
        return await host.get(Roles).grants(session, user_id)


async def test_who_may_not_assign_changes_nothing(
    roles: RoleService, people: People, ctx: Context, other_ctx: Context, database: TestDatabase
) -> None:
    user = (await people.register()).user
    before = await assigned(database)

    for caller, wanted, expected in (
        (as_anonymous(ctx), (), Unauthenticated),
        (as_actor(ctx), (), Forbidden),
        (as_actor(ctx, ROLE_READ, ROLE_WRITE), (), Forbidden),
        (as_actor(other_ctx, ROLE_ASSIGN), ("customer",), NotFound),
    ):
        with pytest.raises(expected):
            await roles.set_user_roles(caller, user.id, wanted)

    assert await assigned(database) == before


async def test_roles_add_up(
    roles: RoleService, host: Host, people: People, ctx: Context, database: TestDatabase
) -> None:
    await roles.create(ctx, RoleCreate(name="reader", permissions=("user:read",)))
    await roles.create(ctx, RoleCreate(name="clerk", permissions=("role:read",)))
    user = (await people.register()).user

    given = await roles.set_user_roles(ctx, user.id, ("reader", "clerk", "reader"))

    assert given.roles == ("clerk", "reader")
    assert given.permissions == ("role:read", "user:read")
    assert await grants(host, ctx, user.id) == Grants(given.roles, frozenset(given.permissions))
    assert [version for name, version, _ in await facts(database) if "roles" in name] == [1, 2]


async def test_the_same_roles_again_say_nothing(
    roles: RoleService, people: People, ctx: Context, database: TestDatabase
) -> None:
    user = (await people.register()).user
    before = await facts(database)

    again = await roles.set_user_roles(ctx, user.id, ("customer",))

    assert again.position is None
    assert await facts(database) == before


async def test_an_unknown_role_or_user_changes_nothing(
    roles: RoleService, people: People, ctx: Context, database: TestDatabase
) -> None:
    user = (await people.register()).user
    before = await assigned(database)

    with pytest.raises(ValidationFailed) as caught:
        await roles.set_user_roles(ctx, user.id, ("customer", "ghost"))
    assert caught.value.errors[0].code == "UNKNOWN_ROLE"
    with pytest.raises(NotFound):
        await roles.set_user_roles(ctx, uuid4(), ("customer",))

    assert await assigned(database) == before


async def test_nobody_gives_or_takes_more_than_they_hold(
    roles: RoleService, people: People, ctx: Context, database: TestDatabase
) -> None:
    await roles.create(ctx, RoleCreate(name="assigner", permissions=("role:assign",)))
    await roles.create(ctx, RoleCreate(name="reader", permissions=("user:read",)))
    caller = await people.staff("assigner")
    assert caller.actor.user_id is not None
    reader = (await people.register("reader@example.org")).user
    await roles.set_user_roles(ctx, reader.id, ("reader",))
    before = await assigned(database)

    for user_id, wanted in (
        (caller.actor.user_id, ("admin",)),
        (caller.actor.user_id, ("assigner", "reader")),
        (reader.id, ("reader", "assigner")),
        (reader.id, ()),
    ):
        with pytest.raises(ExceedsOwnRights):
            await roles.set_user_roles(caller, user_id, wanted)

    assert await assigned(database) == before
    customer = (await people.register("customer@example.org")).user
    await roles.set_user_roles(caller, customer.id, ("customer", "assigner"))


async def test_super_admin_is_given_and_taken_by_the_command_line_alone(
    roles: RoleService, people: People, ctx: Context, database: TestDatabase
) -> None:
    boss = await people.staff("super_admin", email="boss@example.org")
    other = await people.staff("super_admin", email="other@example.org")
    user = (await people.register()).user
    assert other.actor.user_id is not None
    before = await assigned(database)

    with pytest.raises(ExceedsOwnRights):
        await roles.set_user_roles(boss, user.id, ("super_admin",))
    with pytest.raises(ExceedsOwnRights):
        await roles.set_user_roles(boss, other.actor.user_id, ("customer",))

    assert await assigned(database) == before
    await roles.set_user_roles(ctx, other.actor.user_id, ("customer",))


async def test_the_last_admin_stays(
    roles: RoleService, people: People, ctx: Context, users: UserService
) -> None:
    first = await people.staff("admin", email="first@example.org")
    second = await people.staff("admin", email="second@example.org")
    assert first.actor.user_id is not None
    assert second.actor.user_id is not None
    await users.suspend(first, second.actor.user_id)

    with pytest.raises(LastAdmin):
        await roles.set_user_roles(first, first.actor.user_id, ("customer",))

    await users.reactivate(first, second.actor.user_id)
    await roles.set_user_roles(first, first.actor.user_id, ("customer",))


async def test_two_admins_cannot_take_the_role_from_each_other_at_once(
    roles: RoleService, people: People, database: TestDatabase
) -> None:
    one = await people.staff("admin", email="one@example.org")
    two = await people.staff("admin", email="two@example.org")
    assert one.actor.user_id is not None
    assert two.actor.user_id is not None

    answers = await asyncio.gather(
        roles.set_user_roles(one, two.actor.user_id, ()),
        roles.set_user_roles(two, one.actor.user_id, ()),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, LastAdmin) for answer in answers) == 1
    assert [role for _, role in await assigned(database)] == ["admin"]


async def test_two_admins_cannot_suspend_each_other_at_once(
    users: UserService, people: People, database: TestDatabase
) -> None:
    one = await people.staff("admin", email="one@example.org")
    two = await people.staff("admin", email="two@example.org")
    assert one.actor.user_id is not None
    assert two.actor.user_id is not None

    answers = await asyncio.gather(
        users.suspend(one, two.actor.user_id),
        users.suspend(two, one.actor.user_id),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, RustokError) for answer in answers) == 1
    found = await rows(database, "SELECT 1 FROM auth_users WHERE status = 'active'")
    assert len(found) == 1
