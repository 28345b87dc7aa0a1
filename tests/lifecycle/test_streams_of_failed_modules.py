"""A subscription does not outlive the module that it listens to."""

from rustok.core.context import Context, TenantRef
from rustok.core.modules.states import ModuleStates
from rustok.testing.databases import TestDatabase
from tests.api.subscribers import CHANGED, make_product, serving_here, until


async def test_subscriptions_end_with_their_module(
    database: TestDatabase, tenant: TenantRef, ctx: Context
) -> None:
    async with (
        serving_here(database, check_seconds=0.1) as stage,
        stage.client(tenant) as client,
    ):
        await make_product(stage.host, ctx)
        await client.subscribe("1", CHANGED)
        await until(lambda: stage.feed.listeners == 1)
        stage.host.get(ModuleStates).fail("commerce", "the roof is on fire", for_good=True)
        assert await client.refusal("1") == "MODULE_FAILED"
        await client.subscribe("2", CHANGED)
        assert await client.refusal("2") == "MODULE_FAILED"
        assert await client.answer("3", "{ version }")
