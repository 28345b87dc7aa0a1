"""Every route and root field of every module, tried by everyone who might.

The operations come from what the modules declare, so that a new one is in here by itself. Whoever
is refused has changed nothing: the content of every table is compared before and after.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from rustok.app.bootstrap import open_host
from rustok.app.settings import load
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.core.modules.registry import Modules
from rustok.rbac.service import RoleService
from rustok.testing.conformance.declarations import schema
from rustok.testing.databases import SECRET, TestDatabase
from rustok.testing.http import SignIn, bearer
from rustok.testing.operations import Call, error_codes, graphql_calls, rest_calls

CHEAP = {"RUSTOK_AUTH__ARGON2_MEMORY_KIB": "64", "RUSTOK_AUTH__ARGON2_PASSES": "1"}
TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
      AND relname <> 'sys_pressure' ORDER BY 1
"""
"""All but what the platform measures of itself now and then, whoever asks."""
CREDENTIALS = frozenset({"INVALID_CREDENTIALS", "INVALID_REFRESH_TOKEN"})
Seen = Callable[[], Awaitable[dict[str, Any]]]


@pytest.fixture
async def host(database: TestDatabase) -> AsyncIterator[Host]:
    """A host whose users sign in fast."""
    config = load({"SECRET_KEY": SECRET, **CHEAP}, database.modules)
    opening = open_host(config, database.modules, database.urls, SECRET, workers=True)
    async with opening as found:
        yield found


@pytest.fixture(params=["rest", "graphql"])
def calls(request: pytest.FixtureRequest, modules: Modules) -> list[Call]:
    """Every operation of one of the two."""
    if request.param == "rest":
        return list(rest_calls(modules))
    return list(graphql_calls(schema(modules)))


@pytest.fixture
async def content(database: TestDatabase) -> AsyncIterator[Seen]:
    """Reads how many rows each table has, and a hash over what is in them."""
    connection = await asyncpg.connect(database.owner_url)

    async def read() -> dict[str, Any]:
        tables = [row["relname"] for row in await connection.fetch(TABLES)]
        counts = " UNION ALL ".join(
            f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 0)) FROM \"{table}\" t"
            for table in tables
        )
        return {row[0]: (row[1], row[2]) for row in await connection.fetch(counts)}

    yield read
    await connection.close()


@asynccontextmanager
async def unchanged(content: Seen) -> AsyncIterator[None]:
    """Fails where anything is different afterwards."""
    before = await content()
    yield
    after = await content()
    assert {name for name in before if before[name] != after[name]} == set()


async def outcomes(
    client: httpx.AsyncClient, calls: Iterable[Call], token: str | None
) -> dict[str, tuple[int, frozenset[str]]]:
    """The status and the codes of each call's answer, as a caller with this token gets them."""
    found = {}
    for call in calls:
        response = await call.send(client, bearer(token))
        found[call.name] = (response.status_code, frozenset(error_codes(response)))
    return found


async def note_no_uses(database: TestDatabase) -> None:
    """Lets the database believe that keys were used just now, so that no use is written."""
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute("UPDATE auth_api_keys SET last_used_at = now() + interval '1 day'")
    await connection.close()


def refusal(call: Call, status: int, code: str) -> tuple[int, frozenset[str]]:
    """What a refused caller gets: over GraphQL, the request as such was fine."""
    return (200 if call.is_graphql else status), frozenset({code})


async def test_the_anonymous_are_asked_to_sign_in(
    client: httpx.AsyncClient, calls: list[Call], content: Seen
) -> None:
    guarded = [call for call in calls if not call.public]
    assert len(guarded) > 40

    async with unchanged(content):
        found = await outcomes(client, guarded, None)

    assert found == {call.name: refusal(call, 401, "UNAUTHENTICATED") for call in guarded}


async def test_machines_are_refused_what_needs_a_permission_or_a_user(
    client: httpx.AsyncClient,
    calls: list[Call],
    content: Seen,
    api_key: SignIn,
    ctx: Context,
    database: TestDatabase,
) -> None:
    guarded = [call for call in calls if not call.public and call.permission != "product:read"]
    machine = await api_key(ctx, "product:read")
    await note_no_uses(database)

    async with unchanged(content):
        found = await outcomes(client, guarded, machine)

    for call in guarded:
        expected = [refusal(call, 403, "FORBIDDEN" if call.permission else "USER_REQUIRED")]
        if call.is_graphql and call.permission is None:
            expected.append((200, frozenset()))  # made-up arguments may be refused before
        assert found[call.name] in expected, call.name


async def test_customers_are_refused_what_needs_a_permission(
    client: httpx.AsyncClient, calls: list[Call], content: Seen, token: SignIn, ctx: Context
) -> None:
    guarded = [call for call in calls if call.permission is not None]
    customer = await token(ctx)

    async with unchanged(content):
        found = await outcomes(client, guarded, customer)

    assert found == {call.name: refusal(call, 403, "FORBIDDEN") for call in guarded}


async def test_staff_who_lack_just_that_permission_are_refused(
    client: httpx.AsyncClient,
    calls: list[Call],
    content: Seen,
    token: SignIn,
    ctx: Context,
    host: Host,
) -> None:
    guarded = [call for call in calls if call.permission is not None]
    everything = {permission.key for permission in host.get(RoleService).permissions(ctx)}
    tokens = {
        lacked: await token(ctx, *sorted(everything - {lacked}))
        for lacked in sorted({call.permission for call in guarded if call.permission})
    }

    found: dict[str, tuple[int, frozenset[str]]] = {}
    async with unchanged(content):
        for lacked, staff in tokens.items():
            own = [call for call in guarded if call.permission == lacked]
            found |= await outcomes(client, own, staff)

    assert found == {call.name: refusal(call, 403, "FORBIDDEN") for call in guarded}


@pytest.mark.parametrize("kind", ["token", "api_key"])
async def test_another_tenants_token_is_refused_everywhere(
    client: httpx.AsyncClient,
    calls: list[Call],
    content: Seen,
    kind: str,
    request: pytest.FixtureRequest,
    other_ctx: Context,
    host: Host,
) -> None:
    sign_in: SignIn = request.getfixturevalue(kind)
    everything = [permission.key for permission in host.get(RoleService).permissions(other_ctx)]
    stranger = await sign_in(other_ctx, *everything)
    own = [call for call in calls if not call.path.startswith("/.well-known/")]

    async with unchanged(content):
        found = await outcomes(client, own, stranger)

    expected = (403, frozenset({"TOKEN_OTHER_TENANT"}))
    assert found == {call.name: expected for call in own}


@pytest.mark.parametrize("kind", ["token", "api_key"])
async def test_the_right_permission_is_all_it_takes(
    client: httpx.AsyncClient,
    calls: list[Call],
    kind: str,
    request: pytest.FixtureRequest,
    token: SignIn,
    ctx: Context,
) -> None:
    """With made-up arguments the answer may be any but a refusal or a fault."""
    staff: SignIn = request.getfixturevalue(kind)
    refused = {}
    for call in calls:
        caller = None
        if call.permission is not None:
            caller = await staff(ctx, call.permission)
        elif not call.public:  # for users alone
            caller = await token(ctx)
        [(name, (status, codes))] = (await outcomes(client, [call], caller)).items()
        if status in {401, 403} or status >= 500 or codes & {"UNAUTHENTICATED", "FORBIDDEN"}:
            refused[name] = (status, codes)

    # who signs in with what is made up is rightly told so
    signing_in = {name for name, (_, codes) in refused.items() if codes <= CREDENTIALS}
    assert {name: why for name, why in refused.items() if name not in signing_in} == {}
