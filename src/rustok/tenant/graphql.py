"""Resolvers of the tenant module."""

from typing import Any

from rustok.core.graphql import Info, Payload, Resolvers, essential, graph, mutation, read
from rustok.tenant.queries import TenantQueries
from rustok.tenant.service import TenantService
from rustok.tenant.types import ModuleView, PublicTenant, TenantUpdate, TenantView

resolvers = Resolvers()
resolvers.bind("Tenant", PublicTenant)
resolvers.bind("TenantSettings", TenantView)
resolvers.bind("Module", ModuleView)


@resolvers.field("Query", "tenant")
def tenant(_root: None, info: Info) -> PublicTenant:
    """The tenant of the request."""
    return graph(info).get(TenantQueries).public(graph(info).ctx)


@resolvers.field("Query", "tenantSettings")
async def tenant_settings(_root: None, info: Info) -> TenantView:
    """The tenant with its settings."""
    return await graph(info).get(TenantQueries).tenant(graph(info).ctx)


@resolvers.field("Query", "modules")
async def modules(_root: None, info: Info) -> list[ModuleView]:
    """Every installed module."""
    return await graph(info).get(TenantQueries).modules(graph(info).ctx)


@resolvers.field("Mutation", "tenantUpdate")
@mutation
async def tenant_update(
    _root: None, info: Info, *, input: dict[str, Any], expected_version: int | None = None
) -> Payload:
    """Changes the tenant."""
    service = graph(info).get(TenantService)
    given = read(TenantUpdate, input)
    view = await service.update(graph(info).ctx, given, expected_version=expected_version)
    return {"tenant": view, "position": view.position}


@resolvers.field("Mutation", "moduleEnable")
@mutation
@essential
async def module_enable(_root: None, info: Info, *, name: str) -> Payload:
    """Switches a module on."""
    await graph(info).get(TenantService).enable_module(graph(info).ctx, name)
    return {"modules": await graph(info).get(TenantQueries).modules(graph(info).ctx)}


@resolvers.field("Mutation", "moduleDisable")
@mutation
@essential
async def module_disable(_root: None, info: Info, *, name: str) -> Payload:
    """Switches a module off."""
    await graph(info).get(TenantService).disable_module(graph(info).ctx, name)
    return {"modules": await graph(info).get(TenantQueries).modules(graph(info).ctx)}
