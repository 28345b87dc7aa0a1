"""A module that a tenant has switched off does not answer that tenant."""

import asyncio

import httpx

from rustok.core.context import Context
from rustok.core.host import Host
from rustok.core.modules.manifest import Module
from rustok.core.tenants import TenantDirectory
from rustok.tenant.queries import TenantQueries
from rustok.tenant.service import TenantService
from rustok.testing.conformance.declarations import schema
from rustok.testing.operations import Call, error_codes, graphql_calls, rest_calls

MODULE_DISABLED = "MODULE_DISABLED"
_PAUSE_SECONDS = 0.01


async def switch_off(host: Host, ctx: Context, module: Module) -> None:
    """Switches a module off for the tenant, with all that require it, and waits for the signal."""
    service, directory = host.get(TenantService), host.get(TenantDirectory)
    needing = host.modules.dependents(module.name)
    for one in reversed([one for one in host.modules if one.name in {module.name, *needing}]):
        await service.disable_module(ctx, one.name)
    async with asyncio.timeout(10):
        while module.name in (await directory.by_id(ctx.tenant.id)).modules:  # noqa: ASYNC110  # another task purges
            await asyncio.sleep(_PAUSE_SECONDS)


async def switch_on(host: Host, ctx: Context, module: Module) -> None:
    """Switches a module on for the tenant again, with all that it requires."""
    await host.get(TenantService).enable_module(ctx, module.name)


async def journal_problems(host: Host, ctx: Context, module: Module) -> list[str]:
    """What the journal of the module's switches says besides that they are done."""
    changes = await host.get(TenantQueries).module_changes(ctx, module.name)
    actions = [change.action for change in changes]
    problems = [f"{c.action}: {c.state} {c.error}" for c in changes if c.state != "done"]
    return problems if actions == ["enable", "disable"] else [f"journaled: {actions}", *problems]


async def answering(client: httpx.AsyncClient, host: Host, module: Module) -> list[str]:
    """The routes and fields of the module that do not say MODULE_DISABLED."""
    calls = [*rest_calls(host.modules), *graphql_calls(schema(host.modules))]
    own = [call for call in calls if call.module == module.name]
    return [call.name for call in own if not await _is_off(client, call)]


async def _is_off(client: httpx.AsyncClient, call: Call) -> bool:
    response = await call.send(client, {})
    expected = response.status_code == 404 or call.is_graphql
    return expected and error_codes(response) == {MODULE_DISABLED}
