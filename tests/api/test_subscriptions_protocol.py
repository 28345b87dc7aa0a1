"""`graphql-transport-ws` to the letter: every message and every code that a socket closes with."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from rustok.commerce.permissions import PRODUCT_CREATE
from rustok.core.context import Context, TenantRef
from rustok.testing.databases import TestDatabase
from rustok.testing.http import SignIn
from tests.api.subscribers import CHANGED, Client, serving_here, until

SUBSCRIBE = {"id": "1", "type": "subscribe", "payload": {"query": CHANGED}}


async def test_queries_mutations_and_pings_are_answered(
    database: TestDatabase, tenant: TenantRef, ctx: Context, token: SignIn
) -> None:
    staff = await token(ctx, PRODUCT_CREATE)
    async with serving_here(database) as stage, stage.client(tenant, staff) as client:
        await client.send({"type": "ping", "payload": {"n": 1}})
        assert await client.receive() == {"type": "pong", "payload": {"n": 1}}
        await client.send({"type": "ping"})
        assert await client.receive() == {"type": "pong"}
        await client.send({"type": "pong"})
        assert await client.answer("q", "{ version }") == {"version": "0.1.0"}
        made = await client.answer(
            "m",
            "mutation ($of: ProductCreateInput!)"
            "{ productCreate(input: $of) { userErrors { code } product { title } } }",
            of={"title": "Lamp"},
        )
        assert made["productCreate"] == {"userErrors": [], "product": {"title": "Lamp"}}
        for query, code in (
            ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("subscription { productChanged { event } }", "FORBIDDEN"),
            ('subscription { productChanged(id: "x") { kind } }', "INVALID_ID"),
        ):
            await client.subscribe("e", query)
            assert await client.refusal("e") == code
        await client.send({"id": "unknown", "type": "complete"})
        assert await client.answer("q", "{ version }") == {"version": "0.1.0"}


async def _without_initialisation(client: Client) -> None:
    """Says nothing."""


async def _twice(client: Client) -> None:
    await client.initialise()
    await client.send({"type": "connection_init"})


async def _too_early(client: Client) -> None:
    await client.send(SUBSCRIBE)


async def _duplicate(client: Client) -> None:
    await client.initialise()
    await client.send(SUBSCRIBE)
    await client.send(SUBSCRIBE)


def _initialised(*payload: Any) -> Callable[[Client], Awaitable[None]]:
    async def act(client: Client) -> None:
        message = {"type": "connection_init"}
        await client.send(message | ({"payload": payload[0]} if payload else {}))

    return act


def _saying(message: Any) -> Callable[[Client], Awaitable[None]]:
    async def act(client: Client) -> None:
        await client.initialise()
        await client.send(message)

    return act


BREACHES: list[tuple[Callable[[Client], Awaitable[None]], int]] = [
    (_without_initialisation, 4408),
    (_twice, 4429),
    (_too_early, 4401),
    (_duplicate, 4409),
    (_initialised({"Authorization": "Bearer x.y.z"}), 4403),
    (_initialised({"authorization": "Basic eDp5"}), 4403),
    (_initialised({"Authorization": 7}), 4403),
    (_initialised([]), 4400),
    (_saying("{"), 4400),
    (_saying("[" * 100_000), 4400),
    (_saying(b"\xff\xfe"), 4400),
    (_saying({"type": "start"}), 4400),
    (_saying({"type": "subscribe", "payload": {"query": "{ version }"}}), 4400),
    (_saying({"id": 1, "type": "subscribe", "payload": {"query": "{ version }"}}), 4400),
    (_saying({"id": "1", "type": "subscribe", "payload": {"variables": {}}}), 4400),
    (_saying({"id": "1", "type": "subscribe", "payload": {"query": 7}}), 4400),
    (_saying("x" * 200_001), 1009),
]


async def test_what_breaks_the_protocol_closes_the_socket(
    database: TestDatabase, tenant: TenantRef
) -> None:
    async with serving_here(database, message_bytes=200_000) as stage:
        for act, code in BREACHES:
            async with stage.connected(tenant) as client:
                await act(client)
                assert await client.closed() == code, act
        await stage.is_empty()
        assert stage.hub.ended == Counter(code for _, code in BREACHES)


async def test_another_subprotocol_is_refused(database: TestDatabase, tenant: TenantRef) -> None:
    async with serving_here(database) as stage:
        for subprotocols in (None, ["graphql-ws"]):
            async with stage.connected(tenant, subprotocols=subprotocols) as client:
                assert await client.closed() == 4406


async def test_another_tenants_token_is_refused(
    database: TestDatabase, tenant: TenantRef, other_ctx: Context, token: SignIn
) -> None:
    theirs = await token(other_ctx, PRODUCT_CREATE)
    async with serving_here(database) as stage, stage.connected(tenant) as client:
        await client.send(
            {"type": "connection_init", "payload": {"Authorization": f"Bearer {theirs}"}}
        )
        assert await client.closed() == 4403


async def test_a_token_may_come_with_the_handshake(
    database: TestDatabase, tenant: TenantRef, ctx: Context, token: SignIn
) -> None:
    headers = {"authorization": f"Bearer {await token(ctx, PRODUCT_CREATE)}"}
    async with (
        serving_here(database) as stage,
        stage.client(tenant, additional_headers=headers) as client,
    ):
        answered = await client.answer("1", "{ me { permissions } }")
        assert answered["me"]["permissions"] == [PRODUCT_CREATE.key]


async def test_handshakes_are_refused_before_anything_is_said(
    database: TestDatabase, tenant: TenantRef
) -> None:
    refused: list[dict[str, Any]] = [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"additional_headers": {"authorization": "Bearer x.y.z"}},
        {"additional_headers": {"x-tenant-id": "unknown"}},
    ]
    async with serving_here(database, origins=("https://admin.example",)) as stage:
        for settings in refused:
            with pytest.raises(InvalidStatus) as caught:
                async with stage.connected(tenant, **settings):
                    pytest.fail("the socket was accepted")
            assert caught.value.response.status_code == 403
        for origin in (f"http://{stage.at}", "https://admin.example"):
            async with stage.client(tenant, origin=origin) as client:
                assert await client.answer("1", "{ version }")
        with pytest.raises(InvalidStatus):
            unknown = TenantRefLike("nobody")
            async with stage.connected(unknown):  # type: ignore[arg-type]  # only its slug is used
                pytest.fail("the socket was accepted")


class TenantRefLike:
    def __init__(self, slug: str) -> None:
        self.slug = slug


async def test_an_id_is_free_again_once_its_operation_has_ended(
    database: TestDatabase, tenant: TenantRef
) -> None:
    async with serving_here(database) as stage, stage.client(tenant) as client:
        for _ in range(3):
            await client.subscribe("1", CHANGED)
            await until(lambda: stage.feed.listeners == 1)
            await client.send({"id": "1", "type": "complete"})
        await until(lambda: stage.feed.listeners == 0)
        assert await client.answer("1", "{ version }")


async def test_operations_and_connections_are_limited(
    database: TestDatabase, tenant: TenantRef, other_tenant: TenantRef
) -> None:
    limits = {
        "operations_per_connection": 2,
        "operations_per_tenant": 3,
        "connections_per_tenant": 2,
    }
    async with serving_here(database, **limits) as stage, stage.client(tenant) as client:
        for number in range(2):
            await client.subscribe(str(number), CHANGED)
        await client.subscribe("third", CHANGED)
        assert await client.refusal("third") == "TOO_MANY_SUBSCRIPTIONS"
        async with stage.client(tenant) as second:
            await second.subscribe("0", CHANGED)
            await until(lambda: stage.hub.operations[tenant.id] == 3)
            await second.subscribe("1", CHANGED)
            assert await second.refusal("1") == "TOO_MANY_SUBSCRIPTIONS"
            async with stage.connected(tenant) as third:
                assert await third.closed() == 1013
            async with stage.client(other_tenant) as other:
                assert await other.answer("1", "{ version }")
        assert stage.hub.refused == 3
        await until(lambda: stage.hub.connections == {tenant.id: 1})
        async with stage.client(tenant) as again:
            assert await again.answer("1", "{ version }")


async def test_who_does_not_answer_pings_is_taken_for_gone(
    database: TestDatabase, tenant: TenantRef
) -> None:
    async with serving_here(database, heartbeat_seconds=0.4, check_seconds=0.1) as stage:
        async with stage.client(tenant) as alive, stage.client(tenant) as silent:
            await silent.subscribe("1", CHANGED)
            assert await silent.receive() == {"type": "ping"}
            answering = asyncio.create_task(_answer_pings(alive))
            assert await silent.closed() == 1013
            await until(lambda: stage.hub.connections == {tenant.id: 1})
            answering.cancel()
        await stage.is_empty()


async def _answer_pings(client: Client) -> None:
    while True:
        assert await client.receive() == {"type": "ping"}
        await client.send({"type": "pong"})


async def test_who_does_not_read_is_closed_and_leaves_nothing_behind(
    database: TestDatabase, tenant: TenantRef
) -> None:
    async with serving_here(database, send_seconds=0.5) as stage:
        async with stage.client(tenant, max_queue=1) as client:
            await client.subscribe("1", CHANGED)
            await until(lambda: stage.feed.listeners == 1)
            flooding = asyncio.create_task(_flood(client))
            await until(lambda: stage.hub.ended == {1013: 1})
            await stage.is_empty()
            flooding.cancel()
            client.connection.transport.abort()
        assert stage.host.db.pool.get_size() - stage.host.db.pool.get_idle_size() <= 1


async def _flood(client: Client) -> None:
    """Asks for what fills every buffer on the way, and reads none of it."""
    while True:
        await client.send({"type": "ping", "payload": {"filling": "x" * 200_000}})


async def test_a_killed_client_leaves_nothing_behind(
    database: TestDatabase, tenant: TenantRef
) -> None:
    async with serving_here(database) as stage, stage.client(tenant) as client:
        for number in range(20):
            await client.subscribe(str(number), CHANGED)
        await until(lambda: stage.feed.listeners == 20)
        client.connection.transport.abort()
        await stage.is_empty()
