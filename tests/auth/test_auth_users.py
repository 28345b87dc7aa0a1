"""Staff's use cases: every caller, and what a refused one changes (nothing)."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from rustok.auth.errors import EmailTaken, OwnAccount
from rustok.auth.permissions import USER_CREATE, USER_READ, USER_SUSPEND
from rustok.auth.service import AuthService, UserService
from rustok.auth.types import NewUser, PasswordChange, User, UserFilter
from rustok.core.context import Context
from rustok.core.errors import (
    Forbidden,
    NotFound,
    Unauthenticated,
    ValidationFailed,
)
from rustok.core.paging import InvalidCursor
from rustok.core.permissions import Permission
from rustok.testing.actors import as_actor, as_anonymous
from rustok.testing.databases import TestDatabase
from tests.auth.people import PASSWORD, People, facts, rows

Use = Callable[[UserService, Context, UUID], Awaitable[Any]]

USES: dict[str, tuple[Permission, Use]] = {
    "list": (USER_READ, lambda users, ctx, _: users.list(ctx, UserFilter())),
    "count": (USER_READ, lambda users, ctx, _: users.count(ctx, UserFilter())),
    "get": (USER_READ, lambda users, ctx, user_id: users.get(ctx, user_id)),
    "create": (
        USER_CREATE,
        lambda users, ctx, _: users.create(
            ctx, NewUser(email="new@example.org", password=PASSWORD, name="New")
        ),
    ),
    "suspend": (USER_SUSPEND, lambda users, ctx, user_id: users.suspend(ctx, user_id)),
    "reactivate": (USER_SUSPEND, lambda users, ctx, user_id: users.reactivate(ctx, user_id)),
}
ALL = (USER_READ, USER_CREATE, USER_SUSPEND)


async def everything(database: TestDatabase) -> list[str]:
    found = []
    for table in ("auth_users", "auth_sessions", "rbac_assignments", "sys_events"):
        found += [str(dict(row)) for row in await rows(database, f"TABLE {table}")]
    return sorted(found)


@pytest.fixture
async def target(people: People) -> User:
    return (await people.register("target@example.org")).user


async def test_who_may_not_changes_nothing(
    users: UserService, ctx: Context, target: User, database: TestDatabase
) -> None:
    before = await everything(database)
    for permission, use in USES.values():
        others = [known for known in ALL if known != permission]
        for caller, expected in (
            (as_anonymous(ctx), Unauthenticated),
            (as_actor(ctx), Forbidden),
            (as_actor(ctx, *others), Forbidden),
        ):
            with pytest.raises(expected):
                await use(users, caller, target.id)

    assert await everything(database) == before


async def test_another_tenants_staff_finds_nobody(
    users: UserService, other_ctx: Context, target: User, database: TestDatabase
) -> None:
    before = await everything(database)
    for name in ("get", "suspend", "reactivate"):
        permission, use = USES[name]
        with pytest.raises(NotFound):
            await use(users, as_actor(other_ctx, permission), target.id)

    assert await everything(database) == before


async def test_the_permission_is_enough(users: UserService, ctx: Context, target: User) -> None:
    for permission, use in USES.values():
        assert await use(users, as_actor(ctx, permission), target.id)


async def test_a_list_shows_no_other_tenants_users(
    users: UserService, other_ctx: Context, target: User
) -> None:
    page = await users.list(as_actor(other_ctx, USER_READ), UserFilter())

    assert page.items == ()
    assert await users.count(as_actor(other_ctx, USER_READ), UserFilter()) == 0


async def test_pages_hold_every_user_once_while_more_arrive(
    users: UserService, people: People, ctx: Context
) -> None:
    expected = [(await people.register(f"user{number}@example.org")).user.id for number in range(7)]
    seen: list[UUID] = []
    after: str | None = None
    while True:
        page = await users.list(ctx, UserFilter(), first=3, after=after)
        seen += [user.id for user in page.items]
        after = page.end
        if not page.has_next:
            break
        await people.register(f"late{len(seen)}@example.org")

    assert seen == expected[::-1]


async def test_lists_are_filtered_by_email_and_status(
    users: UserService, people: People, ctx: Context
) -> None:
    ada = (await people.register("ada@example.org")).user
    eve = (await people.register("eve@example.org")).user
    await users.suspend(ctx, eve.id)

    for given, expected in (
        (UserFilter(email="ADA@example.org"), [ada.id]),
        (UserFilter(status="suspended"), [eve.id]),
        (UserFilter(status="active"), [ada.id]),
        (UserFilter(email="eve@example.org", status="active"), []),
    ):
        page = await users.list(ctx, given)
        assert [user.id for user in page.items] == expected
        assert await users.count(ctx, given) == len(expected)


async def test_a_foreign_cursor_is_refused(users: UserService, ctx: Context) -> None:
    for after in ("", "x", "WyJ1c2VycyIsWzFdXQ", "WyJvdGhlciIsW11d"):
        with pytest.raises(InvalidCursor):
            await users.list(ctx, UserFilter(), after=after)


async def test_staff_creates_a_user_who_can_sign_in(
    users: UserService, people: People, ctx: Context, database: TestDatabase
) -> None:
    given = NewUser(
        email="grace@example.org", password=PASSWORD, name="Grace", locale="de", roles=("manager",)
    )

    changed = await users.create(ctx, given)

    assert changed.user.roles == ("manager",)
    assert changed.user.locale == "de"
    assert (await people.login("grace@example.org")).user == changed.user
    assert (await facts(database))[0][2].replace(" ", "") == '{"by_staff":true}'


async def test_nobody_creates_a_user_mightier_than_themselves(
    users: UserService, ctx: Context, database: TestDatabase
) -> None:
    before = await everything(database)
    for role in ("admin", "super_admin"):
        given = NewUser(email="new@example.org", password=PASSWORD, name="N", roles=(role,))
        with pytest.raises(Forbidden):
            await users.create(as_actor(ctx, USER_CREATE), given)

    assert await everything(database) == before


async def test_an_unknown_role_or_a_taken_email_creates_nothing(
    users: UserService, ctx: Context, target: User, database: TestDatabase
) -> None:
    before = await everything(database)
    given = NewUser(email="new@example.org", password=PASSWORD, name="N", roles=("ghost",))

    with pytest.raises(ValidationFailed):
        await users.create(ctx, given)
    with pytest.raises(EmailTaken):
        await users.create(ctx, msgspec.structs.replace(given, email=target.email, roles=()))

    assert await everything(database) == before


async def test_nobody_suspends_themselves_or_someone_mightier(
    users: UserService, people: People, ctx: Context, database: TestDatabase
) -> None:
    admin = await people.staff("admin", email="admin@example.org")
    manager = as_actor(ctx, USER_SUSPEND)
    assert admin.actor.user_id is not None
    before = await everything(database)

    with pytest.raises(OwnAccount):
        await users.suspend(admin, admin.actor.user_id)
    with pytest.raises(Forbidden):
        await users.suspend(manager, admin.actor.user_id)
    with pytest.raises(Forbidden):
        await users.reactivate(manager, admin.actor.user_id)

    assert await everything(database) == before


async def test_suspending_twice_says_it_once(
    users: UserService, ctx: Context, target: User, database: TestDatabase
) -> None:
    first = await users.suspend(ctx, target.id)
    again = await users.suspend(ctx, target.id)
    back = await users.reactivate(ctx, target.id)

    assert (first.user.status, first.user.version) == ("suspended", 2)
    assert again.user == first.user
    assert again.position is None
    assert (back.user.status, back.user.version) == ("active", 3)
    told = [name for name, _, _ in await facts(database)]
    assert told.count("user.suspended") == told.count("user.reactivated") == 1


async def test_only_the_operator_sets_anothers_password(
    users: UserService, people: People, ctx: Context, target: User
) -> None:
    admin = await people.staff("admin", email="admin@example.org")
    with pytest.raises(Forbidden):
        await users.set_password(admin, target.email, "an entirely other one")
    with pytest.raises(NotFound):
        await users.set_password(ctx, "nobody@example.org", "an entirely other one")
    with pytest.raises(ValidationFailed):
        await users.set_password(ctx, target.email, "short")

    await users.set_password(ctx, target.email.upper(), "an entirely other one")

    await people.login(target.email, "an entirely other one")


async def test_own_things_need_an_own_session(auth: AuthService, ctx: Context) -> None:
    given = PasswordChange(current_password=PASSWORD, new_password="an entirely other one")
    for context in (ctx, as_anonymous(ctx)):
        for use in (
            auth.me(context),
            auth.logout(context),
            auth.logout_everywhere(context),
            auth.change_password(context, given),
        ):
            with pytest.raises(Unauthenticated):
                await use


async def test_me_says_who_one_is_and_what_one_may(auth: AuthService, people: People) -> None:
    admin = await people.staff("admin", email="admin@example.org")

    me = await auth.me(admin)

    assert me.user.email == "admin@example.org"
    assert me.user.roles == ("admin",)
    assert {"user:read", "role:assign"} <= set(me.permissions)
    assert list(me.permissions) == sorted(me.permissions)


async def test_an_unknown_user_is_not_found(users: UserService, ctx: Context) -> None:
    for use in (users.get, users.suspend, users.reactivate):
        with pytest.raises(NotFound):
            await use(ctx, uuid4())
