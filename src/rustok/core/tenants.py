"""Port of the tenant directory: from what a request names to the tenant it means."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from rustok.core.context import TenantRef
from rustok.core.errors import BadRequest, Forbidden, NotFound


def tenant_scope(tenant_id: str) -> str:
    """What shared values are about that are made of a tenant's own state."""
    return f"tenant:{tenant_id}"


class TenantMissing(BadRequest):
    """The request names no tenant: use its host, the header X-Tenant-ID, or /t/{slug}/."""

    code = "TENANT_MISSING"
    title = "No tenant named"


class TenantInvalid(BadRequest):
    """What the request names as its tenant cannot be one."""

    code = "TENANT_INVALID"
    title = "Invalid tenant"


class TenantUnknown(NotFound):
    """There is no such tenant."""

    code = "TENANT_UNKNOWN"
    title = "Unknown tenant"


class TenantDisabled(Forbidden):
    """The tenant is switched off."""

    code = "TENANT_DISABLED"
    title = "Tenant disabled"


class TenantDirectory(Protocol):
    """Finds tenants, cached; the tenant module implements it."""

    async def by_slug(self, slug: str) -> TenantRef:
        """The enabled tenant; raises TenantUnknown or TenantDisabled."""
        ...

    async def by_domain(self, host: str) -> TenantRef:
        """The enabled tenant with this domain of its own; raises as by_slug."""
        ...

    async def by_id(self, tenant_id: UUID) -> TenantRef:
        """The enabled tenant; raises as by_slug."""
        ...

    async def any_by_id(self, tenant_id: UUID) -> TenantRef:
        """The tenant, disabled or not, for workers; raises TenantUnknown."""
        ...

    def forget(self, tenant_id: UUID) -> None:
        """Drops what is cached of the tenant: the next look reads it anew."""
        ...

    async def all(self) -> Sequence[TenantRef]:
        """Every enabled tenant, by slug."""
        ...
