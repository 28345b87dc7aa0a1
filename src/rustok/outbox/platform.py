"""The context of workers and tools that look at all tenants' events."""

from uuid import UUID

from rustok.core.context import Context, TenantRef, system_context


def on_behalf_of(tenant_id: UUID) -> Context:
    """A context in which statements are this tenant's, whatever else it is."""
    tenant = TenantRef(
        id=tenant_id,
        slug="",
        name="",
        default_locale="en",
        locales=("en",),
        currency="EUR",
        modules=frozenset(),
    )
    return system_context(tenant)


# The nil UUID is no tenant's: under it the fence shows nothing but what the worker role's own
# policies open.
PLATFORM = on_behalf_of(UUID(int=0))
