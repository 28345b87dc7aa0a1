"""REST routes of the tenant module."""

from litestar import delete, get, patch, put

from rustok.core.http import ESSENTIAL, PUBLIC, Body, Ctx, FromPath, Service, requires
from rustok.core.http.preconditions import IfMatch, expected_version
from rustok.tenant.permissions import MODULE_UPDATE, TENANT_READ, TENANT_UPDATE
from rustok.tenant.queries import TenantQueries
from rustok.tenant.service import TenantService
from rustok.tenant.types import ModuleChange, ModuleView, PublicTenant, TenantUpdate, TenantView


@get("/api/v1/store/tenant", opt=PUBLIC, tags=["tenant"])
async def public_tenant(ctx: Ctx, tenant_queries: Service[TenantQueries]) -> PublicTenant:
    """The shop's name, languages and currency."""
    return tenant_queries.public(ctx)


@get("/api/v1/admin/tenant", opt=requires(TENANT_READ), tags=["tenant"])
async def tenant(ctx: Ctx, tenant_queries: Service[TenantQueries]) -> TenantView:
    """The tenant with its domains and settings."""
    return await tenant_queries.tenant(ctx)


@patch("/api/v1/admin/tenant", opt=requires(TENANT_UPDATE), tags=["tenant"])
async def update_tenant(
    ctx: Ctx,
    tenant_service: Service[TenantService],
    data: Body[TenantUpdate],
    if_match: IfMatch = None,
) -> TenantView:
    """Changes the tenant; what is absent stays."""
    return await tenant_service.update(ctx, data, expected_version=expected_version(if_match))


@get("/api/v1/admin/modules", opt=requires(TENANT_READ), tags=["tenant"])
async def modules(ctx: Ctx, tenant_queries: Service[TenantQueries]) -> list[ModuleView]:
    """Every installed module and whether it is on."""
    return await tenant_queries.modules(ctx)


@put("/api/v1/admin/modules/{name:str}", opt=requires(MODULE_UPDATE) | ESSENTIAL, tags=["tenant"])
async def enable_module(
    ctx: Ctx,
    tenant_service: Service[TenantService],
    tenant_queries: Service[TenantQueries],
    name: FromPath[str],
) -> list[ModuleView]:
    """Switches a module on, with all it requires."""
    await tenant_service.enable_module(ctx, name)
    return await tenant_queries.modules(ctx)


@delete(
    "/api/v1/admin/modules/{name:str}", opt=requires(MODULE_UPDATE) | ESSENTIAL, tags=["tenant"]
)
async def disable_module(
    ctx: Ctx, tenant_service: Service[TenantService], name: FromPath[str]
) -> None:
    """Switches a module off; refused while others require it."""
    await tenant_service.disable_module(ctx, name)


@get("/api/v1/admin/modules/{name:str}/changes", opt=requires(TENANT_READ), tags=["tenant"])
async def module_changes(
    ctx: Ctx, tenant_queries: Service[TenantQueries], name: FromPath[str]
) -> list[ModuleChange]:
    """The last 50 switches of a module, newest first: what was begun, done, or failed and why."""
    return await tenant_queries.module_changes(ctx, name)


ROUTES = (
    public_tenant,
    tenant,
    update_tenant,
    modules,
    enable_module,
    disable_module,
    module_changes,
)
