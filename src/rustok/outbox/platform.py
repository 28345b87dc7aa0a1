"""The context of workers and tools that look at all tenants' events."""

from uuid import UUID

from rustok.core.context import TenantRef, system_context

# The nil UUID is no tenant's: under it the fence shows nothing but what the worker role's own
# policies open.
PLATFORM = system_context(
    TenantRef(
        id=UUID(int=0),
        slug="",
        name="",
        default_locale="en",
        locales=("en",),
        currency="EUR",
        modules=frozenset(),
    )
)
