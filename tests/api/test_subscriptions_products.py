"""`productChanged`: who hears of what, when, and for how long."""

import asyncio
from contextlib import AsyncExitStack

import msgspec

from rustok.app.web.subscriptions.settings import SubscriptionSettings
from rustok.auth.service import ApiKeyService, AuthService, UserService
from rustok.auth.settings import AuthSettings
from rustok.auth.types import Credentials, NewApiKey, NewUser
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import ProductUpdate
from rustok.commerce.permissions import PRODUCT_READ
from rustok.core.context import Context, TenantRef
from rustok.core.identity import Authenticator
from rustok.rbac.service import RoleService
from rustok.rbac.types import RoleUpdate
from rustok.tenant.service import TenantService
from rustok.testing.actors import as_anonymous
from rustok.testing.databases import TestDatabase
from rustok.testing.http import PASSWORD, SignIn
from tests.api.subscribers import CHANGED, Client, Stage, make_product, serving_here, until

STAFF = "subscription { productChanged { productId kind event product { title status } } }"


async def listening(stage: Stage, client: Client, key: str, query: str, **given: object) -> None:
    """Subscribes, and returns once events are heard."""
    before = stage.feed.listeners
    await client.subscribe(key, query, **given)
    await until(lambda: stage.feed.listeners == before + 1)


async def test_staff_hear_of_everything_and_the_public_of_what_it_sees(
    database: TestDatabase, tenant: TenantRef, ctx: Context, token: SignIn
) -> None:
    staff_token = await token(ctx, PRODUCT_READ)
    async with (
        serving_here(database) as stage,
        stage.client(tenant, staff_token) as staff,
        stage.client(tenant) as public,
    ):
        await listening(stage, staff, "s", STAFF)
        await listening(stage, public, "p", CHANGED)
        products = stage.host.get(ProductService)
        key = (await make_product(stage.host, ctx)).product.id
        await products.update(ctx, key, ProductUpdate(title="Lantern"))
        await products.publish(ctx, key)
        await products.unpublish(ctx, key)
        await products.delete(ctx, key)
        heard = [(await staff.told("s"))["productChanged"] for _ in range(5)]
        assert [one["event"] for one in heard] == [
            "product.created",
            "product.updated",
            "product.published",
            "product.unpublished",
            "product.deleted",
        ]
        assert {one["productId"] for one in heard} == {key}
        assert (heard[-1]["kind"], heard[-1]["product"]) == ("REMOVED", None)
        await make_product(stage.host, ctx, "Secret")
        last = await make_product(stage.host, ctx, "Shown")
        await products.publish(ctx, last.product.id)
        told: list[dict[str, object]] = []
        while not told or told[-1]["productId"] != last.product.id:
            told.append((await public.told("p"))["productChanged"])
        assert {one["productId"] for one in told} <= {key, last.product.id}
        assert {"productId": key, "kind": "REMOVED", "version": 4} in told
        assert {"productId": key, "kind": "REMOVED", "version": 5} not in told


async def test_who_listens_for_a_product_it_saw_is_told_of_its_end(
    database: TestDatabase, tenant: TenantRef, ctx: Context
) -> None:
    async with serving_here(database) as stage, stage.client(tenant) as public:
        products = stage.host.get(ProductService)
        seen = (await make_product(stage.host, ctx, "Seen")).product.id
        hidden = (await make_product(stage.host, ctx, "Hidden")).product.id
        await products.publish(ctx, seen)
        await stage.settle()
        await listening(stage, public, "seen", CHANGED, id=seen)
        await listening(stage, public, "hidden", CHANGED, id=hidden)
        await products.delete(ctx, hidden)
        await products.archive(ctx, seen)
        told = (await public.told("seen"))["productChanged"]
        assert told == {"productId": seen, "kind": "REMOVED", "version": 3}


async def test_what_is_told_is_what_a_query_then_finds(
    database: TestDatabase, tenant: TenantRef, ctx: Context
) -> None:
    query = "subscription ($id: ID) { productChanged(id: $id) { version product { title } } }"
    async with serving_here(database) as stage, stage.client(tenant) as client:
        products = stage.host.get(ProductService)
        key = (await make_product(stage.host, ctx)).product.id
        await products.publish(ctx, key)
        await stage.settle()
        await listening(stage, client, "s", query, id=key)
        for number in range(10):
            await products.update(ctx, key, ProductUpdate(title=f"Lamp {number}"))
            told = (await client.told("s"))["productChanged"]
            assert told["product"]["title"] == f"Lamp {number}"
            found = await client.answer("q", f'{{ product(id: "{key}") {{ version }} }}')
            assert found["product"]["version"] == told["version"]


async def test_no_tenant_hears_of_anothers_products(
    database: TestDatabase,
    tenant: TenantRef,
    other_tenant: TenantRef,
    ctx: Context,
    other_ctx: Context,
    token: SignIn,
) -> None:
    tokens = [await token(one, PRODUCT_READ) for one in (ctx, other_ctx)]
    async with (
        serving_here(database) as stage,
        stage.client(tenant, tokens[0]) as ours,
        stage.client(other_tenant, tokens[1]) as theirs,
    ):
        mine = (await make_product(stage.host, ctx, "Known")).product.id
        await stage.settle()
        await listening(stage, ours, "all", CHANGED)
        await listening(stage, theirs, "all", CHANGED)
        await listening(stage, theirs, "one", CHANGED, id=mine)
        for number in range(5):
            await stage.host.get(ProductService).update(
                ctx, mine, ProductUpdate(title=f"Known {number}")
            )
            assert (await ours.told("all"))["productChanged"]["productId"] == mine
        foreign = (await make_product(stage.host, other_ctx, "Other")).product.id
        assert (await theirs.told("all"))["productChanged"]["productId"] == foreign


async def test_200_subscribers_of_one_product_cost_one_read_of_the_log(
    database: TestDatabase, tenant: TenantRef, ctx: Context
) -> None:
    async with serving_here(database) as stage, AsyncExitStack() as stack:
        products = stage.host.get(ProductService)
        key = (await make_product(stage.host, ctx)).product.id
        await products.publish(ctx, key)
        clients = [await stack.enter_async_context(stage.client(tenant)) for _ in range(4)]
        await stage.settle()
        for client in clients:
            for number in range(50):
                await client.subscribe(str(number), CHANGED, id=key)
        await until(lambda: stage.feed.listeners == 200)
        reads = stage.feed.reads
        await products.update(ctx, key, ProductUpdate(title="Lantern"))
        for client in clients:
            told = [await client.receive() for _ in range(50)]
            assert {one["id"] for one in told} == {str(number) for number in range(50)}
            assert {one["payload"]["data"]["productChanged"]["version"] for one in told} == {3}
        assert stage.feed.reads == reads + 1


async def test_a_module_that_is_switched_off_ends_its_subscriptions(
    database: TestDatabase, tenant: TenantRef, ctx: Context
) -> None:
    async with (
        serving_here(database, check_seconds=0.1) as stage,
        stage.client(tenant) as client,
    ):
        await listening(stage, client, "1", CHANGED)
        for name in (*stage.host.modules.dependents("commerce"), "commerce"):
            await stage.host.get(TenantService).disable_module(ctx, name)
        assert await client.refusal("1") == "MODULE_DISABLED"
        await client.subscribe("2", CHANGED)
        assert await client.refusal("2") == "MODULE_DISABLED"
        assert await client.answer("3", "{ version }")
        await until(lambda: stage.feed.listeners == 0)


async def test_a_tenant_that_is_switched_off_ends_its_sockets(
    database: TestDatabase, tenant: TenantRef, ctx: Context
) -> None:
    async with serving_here(database) as stage, stage.client(tenant) as client:
        await stage.host.get(TenantService).disable(ctx)
        assert await client.closed() == 4403


async def test_a_session_that_ends_closes_its_socket_within_two_seconds(
    database: TestDatabase, tenant: TenantRef, ctx: Context, token: SignIn
) -> None:
    access = await token(ctx, PRODUCT_READ)
    assert SubscriptionSettings().check_seconds + AuthSettings().principal_cache_seconds < 2
    async with (
        serving_here(database, check_seconds=0.5) as stage,
        stage.client(tenant, access) as client,
    ):
        await listening(stage, client, "1", STAFF)
        actor = await stage.host.get(Authenticator).authenticate(tenant, access)
        await stage.host.get(AuthService).logout(msgspec.structs.replace(ctx, actor=actor))
        loop = asyncio.get_running_loop()
        ended_at = loop.time()
        assert await client.closed() == 4403
        assert loop.time() - ended_at < 2
        await stage.is_empty()


async def test_a_key_that_is_revoked_closes_its_socket(
    database: TestDatabase, tenant: TenantRef, ctx: Context
) -> None:
    async with serving_here(database, check_seconds=0.5) as stage:
        keys = stage.host.get(ApiKeyService)
        issued = await keys.create(ctx, NewApiKey(name="ERP", permissions=(PRODUCT_READ.key,)))
        async with stage.client(tenant, issued.secret) as client:
            await listening(stage, client, "1", STAFF)
            made = await make_product(stage.host, ctx)
            heard = (await client.told("1"))["productChanged"]
            assert (heard["productId"], heard["product"]["title"]) == (made.product.id, "Lamp")
            await keys.revoke(ctx, issued.api_key.id)
            assert await client.closed() == 4403
        async with stage.connected(tenant) as again:
            await again.send(
                {"type": "connection_init", "payload": {"authorization": "Bearer sk_"}}
            )
            assert await again.closed() == 4403


async def test_a_token_that_expires_closes_its_socket(
    database: TestDatabase, tenant: TenantRef, ctx: Context
) -> None:
    async with serving_here(database, access_seconds=2) as stage:
        given = NewUser(email="a@example.org", password=PASSWORD, name="Ada", roles=("customer",))
        await stage.host.get(UserService).create(ctx, given)
        credentials = Credentials(email="a@example.org", password=PASSWORD)
        signed_in = await stage.host.get(AuthService).login(as_anonymous(ctx), credentials)
        async with stage.client(tenant, signed_in.tokens.access_token) as client:
            await listening(stage, client, "1", CHANGED)
            assert await client.closed() == 4403
            await stage.is_empty()


async def test_a_permission_that_is_lost_ends_what_needs_it(
    database: TestDatabase, tenant: TenantRef, ctx: Context, token: SignIn
) -> None:
    access = await token(ctx, PRODUCT_READ)
    async with (
        serving_here(database, check_seconds=0.1) as stage,
        stage.client(tenant, access) as client,
    ):
        await listening(stage, client, "staff", STAFF)
        await listening(stage, client, "public", CHANGED)
        actor = await stage.host.get(Authenticator).authenticate(tenant, access)
        (role,) = actor.roles
        await stage.host.get(RoleService).update(ctx, role, RoleUpdate(permissions=()))
        assert await client.refusal("staff") == "FORBIDDEN"
        shown_to_all = await make_product(stage.host, ctx, "Shown")
        await make_product(stage.host, ctx, "Secret")
        await stage.host.get(ProductService).publish(ctx, shown_to_all.product.id)
        told = (await client.told("public"))["productChanged"]
        assert told["productId"] == shown_to_all.product.id
