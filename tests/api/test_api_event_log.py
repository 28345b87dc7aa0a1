"""Staff reads the log and handles dead letters over REST and GraphQL, each tenant its own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from rustok.auth.types import NewUser
from rustok.auth.users import UserService
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from rustok.outbox.settling import drain
from rustok.outbox.workers import runner, sequencer
from rustok.testing.databases import TestDatabase
from tests.api.callers import PASSWORD, Caller

LETTERS = """query($filter: DeadLetterFilter) { deadLetters(first: 2, filter: $filter) {
  nodes { id consumer event eventId attempts reason blocking waiting aggregate aggregateId }
  edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }"""
EVENTS = """query($first: Int, $after: String, $filter: EventFilter, $order: EventOrder) {
  events(first: $first, after: $after, filter: $filter, order: $order) {
    nodes { id position name schemaVersion aggregate aggregateId aggregateVersion actorId payload }
    pageInfo { hasNextPage endCursor } } }"""


class Refusing:
    """A consumer that fails while it is told to."""

    name = "test.refusing"
    events: tuple[str, ...] | None = ("product.created", "product.updated")
    retry = RetryPolicy(attempts=1)

    def __init__(self) -> None:
        self.refuses = True
        self.handled: list[str] = []

    async def handle(self, _ctx: Context, _session: WriteSession, events: Sequence[Event]) -> None:
        if self.refuses:
            raise RuntimeError("refused")
        self.handled.extend(event.name for event in events)


@pytest.fixture
def consumer() -> Refusing:
    return Refusing()


async def work(host: Host, consumer: Refusing) -> None:
    await drain(sequencer(host), [runner(host, consumer)])


async def product(admin: Caller, title: str) -> str:
    answer = await admin.rest("POST", "/admin/products", {"title": title})
    assert answer.is_success, answer.text
    found: str = answer.json()["id"]
    return found


async def letters(admin: Caller, query: str = "") -> list[dict[str, Any]]:
    answer = await admin.rest("GET", f"/admin/dead-letters{query}")
    assert answer.is_success, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def events(admin: Caller, query: str = "") -> list[dict[str, Any]]:
    answer = await admin.rest("GET", f"/admin/events{query}")
    assert answer.is_success, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def signed_in(host: Host, ctx: Context, admin: Caller, *permissions: str) -> Caller:
    """A user of the tenant who holds these permissions and no others."""
    role = {"name": "clerk", "permissions": list(permissions)}
    assert (await admin.rest("POST", "/admin/roles", role)).is_success
    given = NewUser(email="clerk@example.org", password=PASSWORD, name="Clerk", roles=("clerk",))
    await host.get(UserService).create(ctx, given)
    credentials = {"email": given.email, "password": PASSWORD}
    answer = await admin.rest("POST", "/auth/login", credentials)
    return Caller(admin._web, ctx.tenant.slug, answer.json()["accessToken"])


async def test_the_log_is_read_page_by_page_and_filtered(
    host: Host, admin: Caller, other_admin: Caller, consumer: Refusing
) -> None:
    lamp = await product(admin, "Lamp")
    await product(admin, "Chair")
    await product(other_admin, "Theirs")
    await admin.rest("PATCH", f"/admin/products/{lamp}", {"title": "Brass lamp"})
    await work(host, consumer)

    whole = await events(admin, "?limit=100")
    assert [event["name"] for event in whole[-3:]] == [
        "product.created",
        "product.created",
        "product.updated",
    ]
    positions = [int(event["position"]) for event in whole]
    assert positions == sorted(set(positions))
    page = (await admin.rest("GET", "/admin/events?limit=2")).json()
    rest = await events(admin, f"?limit=100&after={page['page']['next']}")
    assert [*page["data"], *rest] == whole
    assert await events(admin, f"?limit=100&after={page['data'][-1]['position']}") == rest
    newest = await events(admin, "?order=newest&limit=100")
    assert newest == whole[::-1]
    own = await events(admin, f"?aggregateId={lamp}")
    assert [event["name"] for event in own] == ["product.created", "product.updated"]
    assert own == await events(admin, f"?aggregateId={own[0]['aggregateId']}")
    assert own[1]["payload"] == {"changed": ["translations"]}
    assert own[0]["actorId"].startswith("user_")
    created = await events(admin, "?name=product.created&aggregate=product")
    assert [event["payload"]["handle"] for event in created] == ["lamp", "chair"]
    shown = await admin.rest("GET", f"/admin/events/{own[0]['id']}")
    assert shown.json() == own[0]


async def test_graphql_reads_the_same_log(host: Host, admin: Caller, consumer: Refusing) -> None:
    lamp = await product(admin, "Lamp")
    await admin.rest("PATCH", f"/admin/products/{lamp}", {"title": "Brass lamp"})
    await work(host, consumer)
    where = {"first": 1, "filter": {"aggregateId": lamp}}
    page = (await admin.graphql(EVENTS, where))["events"]
    (first,) = page["nodes"]
    assert (first["name"], page["pageInfo"]["hasNextPage"]) == ("product.created", True)
    after = {**where, "after": page["pageInfo"]["endCursor"]}
    (second,) = (await admin.graphql(EVENTS, after))["events"]["nodes"]
    assert (second["name"], second["payload"]) == ("product.updated", {"changed": ["translations"]})
    newest = {**where, "order": "NEWEST"}
    assert (await admin.graphql(EVENTS, newest))["events"]["nodes"] == [second]
    rest = (await admin.rest("GET", f"/admin/events/{second['id']}")).json()
    assert {key: rest[key] for key in second} == second
    one = await admin.graphql("query($id: ID!) { event(id: $id) { name } }", {"id": second["id"]})
    assert one == {"event": {"name": "product.updated"}}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?after=nonsense!", 400, "INVALID_CURSOR"),
        ("?after=99999999999999999999999", 200, None),
        ("?limit=101", 422, "VALIDATION_FAILED"),
        ("?aggregateId=prod_1", 422, "VALIDATION_FAILED"),
        ("?order=sideways", 422, "VALIDATION_FAILED"),
        ("/evt_00000000000000000000000000", 404, "EVENT_UNKNOWN"),
        ("/nonsense", 400, "INVALID_ID"),
    ],
)
async def test_a_wrong_question_has_a_clear_answer(
    admin: Caller, query: str, status: int, code: str | None
) -> None:
    answer = await admin.rest("GET", f"/admin/events{query}")

    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code


async def test_a_cursor_of_one_order_is_refused_in_the_other(
    host: Host, admin: Caller, consumer: Refusing
) -> None:
    await product(admin, "Lamp")
    await work(host, consumer)
    page = (await admin.rest("GET", "/admin/events?limit=1")).json()["page"]
    answer = await admin.rest("GET", f"/admin/events?order=newest&after={page['next']}")

    assert answer.json()["code"] == "INVALID_CURSOR"


async def test_a_dead_letter_is_listed_shown_retried_and_recorded(
    host: Host, admin: Caller, consumer: Refusing
) -> None:
    lamp = await product(admin, "Lamp")
    await admin.rest("PATCH", f"/admin/products/{lamp}", {"title": "Brass lamp"})
    await work(host, consumer)
    (letter,) = await letters(admin)
    assert (letter["consumer"], letter["event"]) == (consumer.name, "product.created")
    assert (letter["attempts"], letter["blocking"], letter["waiting"]) == (1, True, 1)
    assert "RuntimeError: refused" in letter["reason"]
    path = f"/admin/dead-letters/{letter['id']}"
    assert (await admin.rest("GET", path)).json() == letter

    consumer.refuses = False
    done = await admin.rest("POST", f"{path}/retry", {"reason": "mended it"})
    assert done.status_code == 204
    await work(host, consumer)
    assert consumer.handled == ["product.created", "product.updated"]
    assert await letters(admin) == []
    assert (await admin.rest("POST", f"{path}/retry", {})).json()["code"] == "DEAD_LETTER_UNKNOWN"

    (record,) = await events(admin, "?name=dead_letter.retried")
    assert record["actorId"] == (await admin.rest("GET", "/auth/me")).json()["user"]["id"]
    assert record["payload"]["reason"] == "mended it"
    (handled,) = record["payload"]["letters"]
    assert (handled["consumer"], handled["event"]) == (consumer.name, "product.created")


async def test_a_discarded_letter_lets_the_later_events_go_on(
    host: Host, admin: Caller, consumer: Refusing
) -> None:
    lamp = await product(admin, "Lamp")
    await admin.rest("PATCH", f"/admin/products/{lamp}", {"title": "Brass lamp"})
    await work(host, consumer)
    (letter,) = await letters(admin)
    consumer.refuses = False
    done = await admin.rest("POST", f"/admin/dead-letters/{letter['id']}/discard", {})
    assert done.status_code == 204
    await work(host, consumer)

    assert consumer.handled == ["product.updated"]
    assert [
        event["actorId"] is None for event in await events(admin, "?name=dead_letter.discarded")
    ] == [False]


async def test_many_are_retried_by_filter_bounded_and_counted(
    host: Host, admin: Caller, other_admin: Caller, consumer: Refusing
) -> None:
    for title in ("Lamp", "Chair", "Table"):
        await product(admin, title)
    await product(other_admin, "Theirs")
    await work(host, consumer)
    retry = "/admin/dead-letters/retry"
    none = (await admin.rest("POST", retry, {"consumer": "test.other"})).json()
    assert none == {"count": 0, "remaining": 0, "position": None}
    some = (await admin.rest("POST", retry, {"event": "product.created", "limit": 2})).json()
    assert (some["count"], some["remaining"]) == (2, 1)
    consumer.refuses = False
    rest = (await admin.rest("POST", retry, {})).json()
    assert (rest["count"], rest["remaining"]) == (1, 0)
    await work(host, consumer)

    assert consumer.handled == ["product.created"] * 3
    assert await letters(admin) == []
    assert len(await letters(other_admin)) == 1
    records = await events(admin, "?name=dead_letter.retried")
    assert [len(record["payload"]["letters"]) for record in records] == [2, 1]
    refused = await admin.rest("POST", retry, {"limit": 501})
    assert refused.json()["errors"][0]["code"] == "RETRY_LIMIT"
    refused = await admin.rest("POST", retry, {"reason": "x" * 501})
    assert refused.json()["errors"][0]["code"] == "INVALID_REASON"


async def test_graphql_lists_retries_and_discards(
    host: Host, admin: Caller, consumer: Refusing
) -> None:
    for title in ("Lamp", "Chair", "Table"):
        await product(admin, title)
    await work(host, consumer)
    page = (await admin.graphql(LETTERS))["deadLetters"]
    assert page["pageInfo"] == {"hasNextPage": True, "endCursor": page["edges"][1]["cursor"]}
    first, second = (node["id"] for node in page["nodes"])
    one = await admin.graphql(
        "query($id: ID!) { deadLetter(id: $id) { consumer position } }", {"id": first}
    )
    assert one["deadLetter"]["consumer"] == consumer.name
    consumer.refuses = False
    retry = "mutation($id: ID!) { deadLetterRetry(id: $id) { count position userErrors { code } } }"
    done = (await admin.graphql(retry, {"id": first}))["deadLetterRetry"]
    assert (done["count"], done["userErrors"]) == (1, [])
    assert done["position"] is not None
    again = (await admin.graphql(retry, {"id": first}))["deadLetterRetry"]
    assert again == {
        "count": None,
        "position": None,
        "userErrors": [{"code": "DEAD_LETTER_UNKNOWN"}],
    }
    discard = 'mutation($id: ID!) { deadLetterDiscard(id: $id, reason: "old") { count } }'
    assert (await admin.graphql(discard, {"id": second}))["deadLetterDiscard"] == {"count": 1}
    rest = await admin.graphql(
        'mutation { deadLettersRetry(filter: {consumer: "test.refusing"}) { count remaining } }'
    )
    assert rest["deadLettersRetry"] == {"count": 1, "remaining": 0}
    await work(host, consumer)
    assert consumer.handled == ["product.created"] * 2


async def test_another_tenants_letters_and_events_do_not_exist(
    host: Host, admin: Caller, other_admin: Caller, consumer: Refusing
) -> None:
    await product(admin, "Lamp")
    await work(host, consumer)
    (letter,) = await letters(admin)
    (event,) = await events(admin, "?name=product.created")
    assert await letters(other_admin) == []
    assert await events(other_admin, "?name=product.created") == []
    path = f"/admin/dead-letters/{letter['id']}"
    for method, where in (
        ("GET", path),
        ("GET", f"/admin/events/{event['id']}"),
        ("POST", f"{path}/retry"),
        ("POST", f"{path}/discard"),
    ):
        answer = await other_admin.rest(method, where, {} if method == "POST" else None)
        assert answer.status_code == 404
    assert (await other_admin.rest("POST", "/admin/dead-letters/retry", {})).json()["count"] == 0

    assert await letters(admin) == [letter]
    assert await events(other_admin, "?aggregate=dead_letter") == []


async def test_who_may_see_may_not_yet_change(
    host: Host, ctx: Context, admin: Caller, consumer: Refusing
) -> None:
    await product(admin, "Lamp")
    await work(host, consumer)
    clerk = await signed_in(host, ctx, admin, "dead-letter:read")
    (letter,) = await letters(clerk)
    path = f"/admin/dead-letters/{letter['id']}"
    for method, where in (
        ("GET", "/admin/events"),
        ("POST", f"{path}/retry"),
        ("POST", f"{path}/discard"),
        ("POST", "/admin/dead-letters/retry"),
    ):
        answer = await clerk.rest(method, where, {} if method == "POST" else None)
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")

    assert await letters(admin) == [letter]


async def test_the_database_itself_lets_nobody_handle_anothers_letters(
    host: Host,
    ctx: Context,
    other_ctx: Context,
    admin: Caller,
    database: TestDatabase,
    consumer: Refusing,
) -> None:
    """Not the query's filter: the function's owner has no right past the fence."""
    await product(admin, "Lamp")
    await work(host, consumer)
    owner = await asyncpg.connect(database.owner_url)
    letter_id = await owner.fetchval("SELECT id FROM sys_dead_letters")
    definition = await owner.fetchval(
        "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'sys_handle_letters'"
    )
    unfiltered = definition.replace("d.tenant_id = own AND ", "").replace(
        "r.tenant_id = own AND ", ""
    )
    assert unfiltered != definition
    await owner.execute(unfiltered)
    runtime = await asyncpg.connect(database.runtime_url)
    try:
        assert await handled_by(runtime, other_ctx.tenant.id, letter_id) == []
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await runtime.execute("DELETE FROM sys_dead_letters")
        assert len(await handled_by(runtime, ctx.tenant.id, letter_id)) == 1
    finally:
        await runtime.close()
        await owner.close()


async def handled_by(connection: asyncpg.Connection, tenant_id: UUID, letter_id: UUID) -> list[Any]:
    """What the function handles in a transaction of the tenant."""
    async with connection.transaction():
        await connection.execute("SELECT set_config('rustok.tenant_id', $1, true)", str(tenant_id))
        found = await connection.fetch(
            "SELECT * FROM sys_handle_letters($1, false, now())", [letter_id]
        )
    return list(found)
