"""API keys: who makes them, what they may do, and when that ends."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest

from rustok.auth.apikeys.authentication import ApiKeys
from rustok.auth.apikeys.form import new_key
from rustok.auth.permissions import API_KEY_CREATE, API_KEY_READ, API_KEY_REVOKE, USER_READ
from rustok.auth.service import ApiKeyService, AuthService, UserService
from rustok.auth.types import (
    API_KEY_ID,
    USER_ID,
    ApiKeyFilter,
    IssuedApiKey,
    NewApiKey,
    NewUser,
    PasswordChange,
)
from rustok.core.context import Context
from rustok.core.errors import RustokError, UserRequired
from rustok.core.host import Host
from rustok.core.identity import Authenticator
from rustok.rbac.service import RoleService
from rustok.rbac.types import RoleCreate
from rustok.testing.databases import TestDatabase
from tests.auth.people import Clock, People, rows

IMPORT = NewApiKey(name="Import", permissions=("user:read",))


@pytest.fixture
def keys(host: Host) -> ApiKeyService:
    return host.get(ApiKeyService)


@pytest.fixture
async def admin(people: People) -> Context:
    return await people.staff("admin")


async def signed(host: Host, ctx: Context, issued: IssuedApiKey) -> Context:
    """The context of a request with the key."""
    actor = await host.get(Authenticator).authenticate(ctx.tenant, issued.secret)
    return msgspec.structs.replace(ctx, actor=actor)


async def refusal(host: Host, ctx: Context, text: str) -> tuple[int, str]:
    with pytest.raises(RustokError) as caught:
        await host.get(Authenticator).authenticate(ctx.tenant, text)
    return caught.value.status, caught.value.code


async def test_a_key_acts_with_its_permissions_and_is_no_user(
    host: Host, keys: ApiKeyService, admin: Context
) -> None:
    issued = await keys.create(admin, IMPORT)

    actor = (await signed(host, admin, issued)).actor

    assert (actor.kind, actor.key_id, actor.id) == ("key", issued.api_key.id, issued.api_key.id)
    assert (actor.user_id, actor.session_id, actor.email, actor.roles) == (None, None, None, ())
    assert actor.permissions == {"user:read"}
    assert actor.may(USER_READ)
    assert not actor.may(API_KEY_READ)


async def test_the_database_keeps_a_digest_and_a_hint(
    keys: ApiKeyService, admin: Context, database: TestDatabase
) -> None:
    issued = await keys.create(admin, IMPORT)

    (row,) = await rows(database, "SELECT * FROM auth_api_keys")
    (event,) = await rows(database, "SELECT * FROM sys_events WHERE name = 'api_key.created'")

    assert issued.secret[-4:] == row["hint"] == issued.api_key.hint
    assert issued.secret not in str(dict(row))
    assert issued.secret[-52:] not in str(dict(row))
    assert len(row["digest"]) == 32
    assert event["aggregate_id"] == issued.api_key.id
    assert "Import" not in event["payload"]
    assert issued.secret[-4:] not in event["payload"]
    assert issued.secret not in repr(issued)


async def test_a_key_holds_no_more_than_who_makes_it(
    host: Host, keys: ApiKeyService, people: People, ctx: Context
) -> None:
    own = (API_KEY_CREATE.key, USER_READ.key)
    await host.get(RoleService).create(ctx, RoleCreate(name="keeper", permissions=own))
    keeper = await people.staff("keeper")

    await keys.create(keeper, IMPORT)
    more = NewApiKey(name="More", permissions=("user:read", "user:create"))
    with pytest.raises(RustokError) as caught:
        await keys.create(keeper, more)

    assert (caught.value.status, caught.value.code) == (403, "EXCEEDS_OWN_RIGHTS")
    with pytest.raises(RustokError, match="api-key:revoke"):
        await keys.revoke(keeper, uuid4())


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (NewApiKey(name=" ", permissions=("user:read",)), "INVALID_NAME"),
        (NewApiKey(name="x" * 101, permissions=("user:read",)), "INVALID_NAME"),
        (NewApiKey(name="a\nb", permissions=("user:read",)), "INVALID_NAME"),
        (NewApiKey(name="a", permissions=()), "NO_PERMISSIONS"),
        (NewApiKey(name="a", permissions=("no:such",)), "UNKNOWN_PERMISSION"),
        (NewApiKey(name="a", permissions=("platform:read",)), "UNKNOWN_PERMISSION"),
        (
            NewApiKey(
                name="a",
                permissions=("user:read",),
                expires_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
            ),
            "INVALID_EXPIRY",
        ),
        (
            NewApiKey(
                name="a",
                permissions=("user:read",),
                expires_at=datetime(2027, 1, 1),  # noqa: DTZ001  # that it says no zone is the case
            ),
            "INVALID_EXPIRY",
        ),
    ],
)
async def test_what_cannot_be_made(
    keys: ApiKeyService, admin: Context, given: NewApiKey, code: str
) -> None:
    with pytest.raises(RustokError) as caught:
        await keys.create(admin, given)
    assert (caught.value.status, caught.value.errors[0].code) == (422, code)


async def test_a_key_ends_at_its_moment(
    host: Host, keys: ApiKeyService, admin: Context, clock: Clock
) -> None:
    ends = clock.now() + timedelta(hours=1)
    given = msgspec.structs.replace(IMPORT, expires_at=ends)
    issued = await keys.create(admin, given)
    await signed(host, admin, issued)

    clock.turn(minutes=60)

    assert await refusal(host, admin, issued.secret) == (401, "API_KEY_EXPIRED")
    assert (await keys.get(admin, issued.api_key.id)).status == "expired"


async def test_unknown_wrong_and_malformed_keys_get_one_answer(
    host: Host, keys: ApiKeyService, admin: Context
) -> None:
    issued = await keys.create(admin, IMPORT)
    key_id, tenant_id = issued.api_key.id, admin.tenant.id
    wrong = [
        new_key(tenant_id, key_id),  # another secret
        new_key(tenant_id, uuid4()),
        issued.secret[:-1],
        issued.secret + "0",
        issued.secret.upper().replace("SK_", "sk_"),
        "sk_",
        "sk_é",
        "sk_" + "u" * 104,
    ]

    found = [await refusal(host, admin, text) for text in wrong]

    assert found == [(401, "INVALID_API_KEY")] * len(wrong)
    await signed(host, admin, issued)
    assert await refusal(host, admin, wrong[0]) == (401, "INVALID_API_KEY"), "known or not"


async def test_another_tenants_key_is_refused_whether_it_exists_or_not(
    host: Host, keys: ApiKeyService, admin: Context, other_ctx: Context
) -> None:
    issued = await keys.create(admin, IMPORT)
    invented = new_key(admin.tenant.id, uuid4())

    for text in (issued.secret, invented):
        assert await refusal(host, other_ctx, text) == (403, "TOKEN_OTHER_TENANT")
    assert (await keys.list(other_ctx, ApiKeyFilter())).items == ()
    with pytest.raises(RustokError) as caught:
        await keys.revoke(other_ctx, issued.api_key.id)
    assert caught.value.code == "NOT_FOUND"
    await signed(host, admin, issued)


async def test_what_is_a_users_own_is_refused_to_keys(
    host: Host, auth: AuthService, keys: ApiKeyService, admin: Context
) -> None:
    machine = await signed(host, admin, await keys.create(admin, IMPORT))

    given = PasswordChange(current_password="x", new_password="y")
    for use in (
        lambda: auth.me(machine),
        lambda: auth.logout(machine),
        lambda: auth.logout_everywhere(machine),
        lambda: auth.change_password(machine, given),
    ):
        with pytest.raises(UserRequired):
            await use()


async def test_keys_of_a_suspended_user_go_on_and_it_is_shown(
    host: Host, users: UserService, keys: ApiKeyService, admin: Context, ctx: Context
) -> None:
    issued = await keys.create(admin, IMPORT)
    assert admin.actor.user_id is not None
    creator = USER_ID.text(admin.actor.user_id)
    assert msgspec.to_builtins(issued.api_key.created_by) == {"id": creator, "is_active": True}

    await users.suspend(ctx, admin.actor.user_id)

    await signed(host, admin, issued)
    (found,) = (await keys.list(ctx, ApiKeyFilter(created_by=creator))).items
    assert msgspec.to_builtins(found.created_by) == {"id": creator, "is_active": False}


async def test_a_key_makes_keys_within_its_own_rights_and_time(
    host: Host, keys: ApiKeyService, admin: Context, clock: Clock
) -> None:
    ends = clock.now() + timedelta(days=1)
    own = NewApiKey(name="Maker", permissions=("api-key:create", "user:read"), expires_at=ends)
    maker = await keys.create(admin, own)
    machine = await signed(host, admin, maker)

    child = await keys.create(machine, msgspec.structs.replace(IMPORT, expires_at=ends))
    codes = []
    for wrong in (
        IMPORT,
        msgspec.structs.replace(IMPORT, expires_at=ends + timedelta(seconds=1)),
        NewApiKey(name="More", permissions=("user:create",), expires_at=ends),
    ):
        with pytest.raises(RustokError) as caught:
            await keys.create(machine, wrong)
        codes.append(caught.value.code)

    assert codes == ["API_KEY_OUTLIVES_CREATOR"] * 2 + ["EXCEEDS_OWN_RIGHTS"]
    maker_id = API_KEY_ID.text(maker.api_key.id)
    assert msgspec.to_builtins(child.api_key.created_by) == {"id": maker_id, "is_active": True}
    (made,) = (await keys.list(admin, ApiKeyFilter(created_by=maker_id))).items
    assert made.id == child.api_key.id


async def test_keys_act_on_users_within_their_rights(
    host: Host, users: UserService, keys: ApiKeyService, admin: Context
) -> None:
    given = NewApiKey(name="HR", permissions=("user:create", "user:read"))
    machine = await signed(host, admin, await keys.create(admin, given))
    person = NewUser(email="ada@example.org", password="correct horse battery", name="Ada")

    made = await users.create(machine, person)

    assert made.user.roles == ("customer",)
    with pytest.raises(RustokError) as caught:
        await users.create(
            machine, msgspec.structs.replace(person, email="b@example.org", roles=("admin",))
        )
    assert caught.value.code == "EXCEEDS_OWN_RIGHTS"


async def test_the_newest_keys_come_first_by_pages_and_by_status(
    keys: ApiKeyService, admin: Context, clock: Clock
) -> None:
    made = []
    for number in range(5):
        clock.turn(seconds=1)
        ends = clock.now() + timedelta(minutes=1) if number == 0 else None
        given = NewApiKey(name=f"Key {number}", permissions=("user:read",), expires_at=ends)
        made.append((await keys.create(admin, given)).api_key.id)
    await keys.revoke(admin, made[1])
    clock.turn(minutes=2)

    async def names(status: str | None = None) -> list[str]:
        found: list[str] = []
        after = None
        given = ApiKeyFilter(status=status)  # type: ignore[arg-type]  # one of the three
        while True:
            page = await keys.list(admin, given, first=2, after=after)
            found += [item.name for item in page.items]
            if not page.has_next:
                assert await keys.count(admin, given) == len(found)
                return found
            after = page.end

    assert await names() == ["Key 4", "Key 3", "Key 2", "Key 1", "Key 0"]
    assert await names("active") == ["Key 4", "Key 3", "Key 2"]
    assert await names("revoked") == ["Key 1"]
    assert await names("expired") == ["Key 0"]


async def test_permissions_of_modules_that_are_gone_give_nothing(
    host: Host, keys: ApiKeyService, admin: Context, database: TestDatabase
) -> None:
    issued = await keys.create(admin, IMPORT)
    await rows(
        database, "UPDATE auth_api_keys SET permissions = '{gone:read,platform:read,user:read}'"
    )

    assert (await signed(host, admin, issued)).actor.permissions == {"user:read"}
    assert (await keys.get(admin, issued.api_key.id)).permissions == ("user:read",)


async def test_revoking_twice_is_revoking_once(
    keys: ApiKeyService, admin: Context, database: TestDatabase, clock: Clock
) -> None:
    issued = await keys.create(admin, IMPORT)
    first = await keys.revoke(admin, issued.api_key.id)
    clock.turn(hours=1)
    again = await keys.revoke(admin, issued.api_key.id)

    assert again.api_key == first.api_key
    assert first.api_key.status == "revoked"
    found = await rows(
        database,
        "SELECT name, aggregate_version FROM sys_events "
        "WHERE aggregate = 'api_key' ORDER BY insert_order",
    )
    assert [tuple(row) for row in found] == [("api_key.created", 1), ("api_key.revoked", 2)]


async def test_a_key_that_holds_more_is_not_revoked(
    host: Host, keys: ApiKeyService, people: People, admin: Context, ctx: Context
) -> None:
    issued = await keys.create(admin, IMPORT)
    own = (API_KEY_REVOKE.key,)
    await host.get(RoleService).create(ctx, RoleCreate(name="revoker", permissions=own))
    revoker = await people.staff("revoker", email="revoker@example.org")

    with pytest.raises(RustokError) as caught:
        await keys.revoke(revoker, issued.api_key.id)

    assert caught.value.code == "EXCEEDS_OWN_RIGHTS"
    await signed(host, admin, issued)


async def test_uses_are_written_once_a_minute_beside_the_requests(
    host: Host,
    keys: ApiKeyService,
    admin: Context,
    clock: Clock,
    database: TestDatabase,
) -> None:
    issued = await keys.create(admin, IMPORT)
    assert (await keys.get(admin, issued.api_key.id)).last_used_at is None
    api_keys: ApiKeys = keys._api_keys

    async def version() -> str:
        """Another one after each write of the row."""
        (row,) = await rows(database, "SELECT xmin::text, last_used_at FROM auth_api_keys")
        return re.sub(r"\s", "", f"{row['xmin']} {row['last_used_at']}")

    seen = []
    for seconds in (0, 30, 29, 1, 10, 60):
        clock.turn(seconds=seconds)
        api_keys.forget(issued.api_key.id)
        await signed(host, admin, issued)
        await api_keys.uses.written()
        seen.append(await version())

    assert [seen.index(found) for found in seen] == [0, 0, 0, 3, 3, 5]
    assert (await keys.get(admin, issued.api_key.id)).last_used_at == clock.now()
