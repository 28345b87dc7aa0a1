"""An idempotency key and its effect are one: replayed, refused or in progress, never twice."""

import asyncio

import asyncpg
import httpx
import pytest

from rustok.core.context import Context
from rustok.core.host import Host
from rustok.tenant.queries import TenantQueries
from rustok.testing.databases import TestDatabase

PATH = "/api/v1/admin/tenant"
Headers = dict[str, str]


async def rename(
    web: httpx.AsyncClient, headers: Headers, name: str, key: str, path: str = PATH
) -> httpx.Response:
    return await web.patch(path, json={"name": name}, headers={**headers, "idempotency-key": key})


async def version(host: Host, ctx: Context) -> int:
    return (await host.get(TenantQueries).tenant(ctx)).version


async def test_the_same_request_is_answered_from_the_store(
    web: httpx.AsyncClient, admin: Headers, host: Host, ctx: Context
) -> None:
    first = await rename(web, admin, "New", "k1")
    second = await rename(web, admin, "New", "k1")

    assert (first.status_code, second.status_code) == (200, 200), first.text
    assert second.content == first.content
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert await version(host, ctx) == 2


async def test_another_body_or_path_with_the_key_is_refused(
    web: httpx.AsyncClient, admin: Headers, host: Host, ctx: Context
) -> None:
    await rename(web, admin, "New", "k1")

    for answer in (
        await rename(web, admin, "Newer", "k1"),
        await rename(web, admin, "New", "k1", f"{PATH}?x=1"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert await version(host, ctx) == 2


async def test_keys_belong_to_tenant_and_caller(
    web: httpx.AsyncClient, admin: Headers, other_admin: Headers
) -> None:
    await rename(web, admin, "New", "k1")

    answer = await rename(web, other_admin, "Also new", "k1")

    assert answer.status_code == 200
    assert answer.json()["name"] == "Also new"


async def test_what_failed_may_be_tried_again_with_the_key(
    web: httpx.AsyncClient, admin: Headers, host: Host, ctx: Context
) -> None:
    failed = await rename(web, admin, "", "k1")
    repaired = await rename(web, admin, "New", "k1")

    assert failed.status_code == 422
    assert repaired.status_code == 200
    assert await version(host, ctx) == 2


async def test_many_at_once_have_one_effect(
    web: httpx.AsyncClient, admin: Headers, host: Host, ctx: Context
) -> None:
    answers = await asyncio.gather(*(rename(web, admin, "New", "k1") for _ in range(8)))

    assert {a.status_code for a in answers} <= {200, 409}
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {
        "IDEMPOTENCY_IN_PROGRESS"
    }
    assert any(a.status_code == 200 for a in answers)
    assert await version(host, ctx) == 2


async def test_while_the_first_is_in_progress_the_second_is_told(
    web: httpx.AsyncClient, admin: Headers, database: TestDatabase
) -> None:
    blocker = await asyncpg.connect(database.owner_url)
    try:
        await blocker.execute("BEGIN; SELECT * FROM tenants FOR UPDATE")
        first = asyncio.create_task(rename(web, admin, "New", "k1"))
        await until_waiting(blocker)

        second = await rename(web, admin, "New", "k1")

        assert (second.status_code, second.json()["code"]) == (409, "IDEMPOTENCY_IN_PROGRESS")
        assert second.headers["retry-after"] == "1"
        await blocker.execute("COMMIT")
        assert (await first).status_code == 200
    finally:
        await blocker.close()


async def test_the_stored_answer_is_sealed(
    web: httpx.AsyncClient, admin: Headers, database: TestDatabase
) -> None:
    await rename(web, admin, "Canary", "k1")

    connection = await asyncpg.connect(database.owner_url)
    try:
        row = await connection.fetchrow("SELECT headers, body FROM sys_idempotency_keys")
    finally:
        await connection.close()
    assert b"Canary" not in row["body"]
    assert b"content-type" not in row["headers"]


@pytest.mark.parametrize("key", ["", " ", "a b", "ü".encode().decode("latin-1"), "x" * 256])
async def test_a_bad_key_is_refused(web: httpx.AsyncClient, admin: Headers, key: str) -> None:
    headers = [(name.encode(), value.encode()) for name, value in admin.items()]
    headers.append((b"idempotency-key", key.encode("latin-1")))

    answer = await web.patch(PATH, json={"name": "New"}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_IDEMPOTENCY_KEY")


async def test_sign_in_is_never_stored(
    web: httpx.AsyncClient, admin: Headers, database: TestDatabase
) -> None:
    headers = {"x-tenant-id": "acme", "idempotency-key": "k1"}
    body = {"email": "admin@acme.example", "password": "correct horse battery"}

    answers = [await web.post("/api/v1/auth/login", json=body, headers=headers) for _ in "12"]

    assert answers[0].json()["refreshToken"] != answers[1].json()["refreshToken"]
    connection = await asyncpg.connect(database.owner_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM sys_idempotency_keys") == 0
    finally:
        await connection.close()


async def until_waiting(connection: asyncpg.Connection) -> None:
    """Waits until another session waits for a lock, at most 5 s."""
    async with asyncio.timeout(5):
        while not await connection.fetchval(  # noqa: ASYNC110  # PostgreSQL sends no event
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        ):
            await asyncio.sleep(0.01)
