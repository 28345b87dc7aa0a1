"""GraphQL over HTTP at the application itself: what may change nothing, and who has gone."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from rustok.app.asgi import asgi
from rustok.core.context import TenantRef
from rustok.core.host import Host
from rustok.testing.databases import TestDatabase
from rustok.testing.live import LiveServer
from rustok.testing.operations import error_codes
from tests.api.callers import Caller, Leaving

JSON = "application/json"
CREATE = 'mutation { productCreate(input: {title: "Forged"}) { product { id } } }'
DEEP = b'{"query": "{ version }", "variables": {"a": ' + b"[" * 50_000
Count = Callable[[], Awaitable[int]]
PRODUCTS = "{ products(first: 1) { nodes { id } } }"


@pytest.fixture
async def made(database: TestDatabase) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """`await made()`: how many products there are, as PostgreSQL has them."""
    connection = await asyncpg.connect(database.owner_url)

    async def count() -> int:
        return int(await connection.fetchval("SELECT count(*) FROM commerce_products"))

    yield count
    await connection.close()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", str(httpx.QueryParams(query=CREATE))),
        ("text/plain", json.dumps({"query": CREATE})),
        ("text/plain;application/json", json.dumps({"query": CREATE})),
        ("multipart/form-data; boundary=x", f'--x\r\n\r\n{{"query": "{CREATE}"}}\r\n--x--'),
        ("application/json; charset=utf-16", json.dumps({"query": CREATE})),
        ("", json.dumps({"query": CREATE})),
    ],
)
async def test_what_a_foreign_page_can_send_changes_nothing(
    web: httpx.AsyncClient, admin: Caller, made: Count, content_type: str, body: str
) -> None:
    headers = {**admin.headers, "content-type": content_type, "origin": "https://evil.example"}

    answer = await web.post("/graphql", content=body, headers=headers)

    assert (answer.status_code, error_codes(answer)) == (415, {"UNSUPPORTED_MEDIA_TYPE"})
    assert await made() == 0


@pytest.mark.parametrize("accept", [JSON, "application/graphql-response+json", "*/*"])
async def test_a_get_changes_nothing(
    web: httpx.AsyncClient, admin: Caller, made: Count, accept: str
) -> None:
    both = f"query Read {{ version }} {CREATE.replace('mutation', 'mutation Write')}"
    for parameters in ({"query": CREATE}, {"query": both, "operationName": "Write"}):
        headers = {**admin.headers, "accept": accept}
        answer = await web.get("/graphql", params=parameters, headers=headers)
        assert (answer.status_code, error_codes(answer)) == (405, {"METHOD_NOT_ALLOWED"})
        assert answer.headers["allow"] == "GET, POST"
    assert await made() == 0


async def test_whose_answer_would_not_be_read_changes_nothing(
    web: httpx.AsyncClient, admin: Caller, made: Count
) -> None:
    headers = {**admin.headers, "accept": "text/csv"}

    answer = await web.post("/graphql", json={"query": CREATE}, headers=headers)

    assert (answer.status_code, error_codes(answer)) == (406, {"NOT_ACCEPTABLE"})
    assert await made() == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"query": "\xff"}', 400, "BAD_REQUEST"),
        (b'{"query": "\xed\xa0\x80"}', 400, "BAD_REQUEST"),
        (b'{"query": "{ version }", "query": "{ me { id } }"}', 400, "BAD_REQUEST"),
        (b'{"query": "{ version }", "variables": {"a": 1, "a": 2}}', 400, "BAD_REQUEST"),
        (DEEP, 400, "BAD_REQUEST"),
        (b"{", 400, "BAD_REQUEST"),
        (b"[]", 400, "BAD_REQUEST"),
        (b'{"query": "{ version }"}' + b" " * 300_000, 413, "PAYLOAD_TOO_LARGE"),
        (b'{"query": "' + b"{" * 2_500_000 + b'"}', 413, "PAYLOAD_TOO_LARGE"),
    ],
    ids=str,
)
async def test_a_body_that_is_unusable_has_its_status_and_code(
    web: httpx.AsyncClient, visitor: Caller, body: bytes, status: int, code: str
) -> None:
    for accept in (JSON, "application/graphql-response+json"):
        headers = {**visitor.headers, "content-type": JSON, "accept": accept}
        answer = await web.post("/graphql", content=body, headers=headers)
        assert (answer.status_code, error_codes(answer)) == (status, {code})


async def test_parameters_that_are_no_text_are_refused(
    web: httpx.AsyncClient, visitor: Caller
) -> None:
    for query in (
        "query=%ff",
        "query=%7Bversion%7D&query=%7Bversion%7D",
        "query=%7B&variables=%7B",
    ):
        answer = await web.get(f"/graphql?{query}", headers=visitor.headers)
        assert answer.status_code in (200, 400)
        assert error_codes(answer) <= {"BAD_REQUEST", "GRAPHQL_PARSE_FAILED"} != set()


async def test_who_goes_before_the_end_of_the_body_changes_nothing(
    host: Host, admin: Caller, made: Count
) -> None:
    client = Leaving(json.dumps({"query": CREATE}).encode(), b" ")
    await client.post(asgi(host), "/graphql", {**admin.headers, "content-type": JSON})

    status, body = client.answer
    assert (status, body["code"]) == (400, "BAD_REQUEST")
    assert await made() == 0
    await admin.graphql(CREATE)
    assert await made() == 1


@asynccontextmanager
async def locked(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """All tables of products locked, so that reads wait; yields a connection that watches."""
    locking = await asyncpg.connect(database.owner_url)
    watching = await asyncpg.connect(database.owner_url)
    names = await locking.fetch(
        "SELECT tablename FROM pg_tables WHERE tablename ~ '^(commerce|index)_'"
    )
    tables = ", ".join(f'"{row["tablename"]}"' for row in names)
    async with locking.transaction():
        await locking.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
        yield watching
    await watching.close()
    await locking.close()


async def waiting(watching: asyncpg.Connection, condition: Callable[[int], bool]) -> None:
    """Returns once so many of the server's reads as the condition wants wait for the lock."""
    count = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'rustok'
            AND wait_event_type = 'Lock'
    """
    # half of what PostgreSQL itself gives a statement, so that it is not its limit that ends one
    async with asyncio.timeout(2.5):
        while not condition(await watching.fetchval(count)):  # noqa: ASYNC110  # another process
            await asyncio.sleep(0.01)


async def test_who_goes_while_it_runs_leaves_nothing_running(
    live_server: LiveServer, database: TestDatabase, tenant: TenantRef
) -> None:
    address = urlsplit(live_server.url)
    path = f"/t/{tenant.slug}/graphql"
    body = json.dumps({"query": PRODUCTS}).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {JSON}\r\n"
    request = f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
    async with locked(database) as watching:
        for _ in range(4):
            streams = [
                await asyncio.open_connection(address.hostname, address.port) for _ in range(3)
            ]
            for _reader, writer in streams:
                writer.write(request)
            await waiting(watching, lambda count: count >= 1)  # the same for all three
            for _reader, writer in streams:
                writer.close()
            await waiting(watching, lambda count: count == 0)
    async with httpx.AsyncClient(base_url=live_server.url) as client:
        answers = await asyncio.gather(
            *(client.post(path, json={"query": PRODUCTS}) for _ in range(20))
        )
    assert [answer.json()["data"] for answer in answers] == [{"products": {"nodes": []}}] * 20
