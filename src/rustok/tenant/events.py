"""Facts about tenants."""

from typing import ClassVar

from rustok.core.events import Fact, Retention


class TenantFact(Fact, frozen=True):
    """Base of the facts about a tenant."""

    aggregate: ClassVar[str] = "tenant"
    retention: ClassVar[Retention] = "audit"


class TenantCreated(TenantFact, frozen=True):
    """A tenant was made."""

    name: ClassVar[str] = "tenant.created"
    slug: str
    default_locale: str
    locales: tuple[str, ...]
    currency: str


class TenantUpdated(TenantFact, frozen=True):
    """Its name, locales, domains or settings were changed."""

    name: ClassVar[str] = "tenant.updated"
    changed: tuple[str, ...]


class TenantDisabled(TenantFact, frozen=True):
    """It was switched off: every request to it is refused."""

    name: ClassVar[str] = "tenant.disabled"


class TenantEnabled(TenantFact, frozen=True):
    """It was switched on again."""

    name: ClassVar[str] = "tenant.enabled"


class ModuleEnabled(TenantFact, frozen=True):
    """A module was switched on for the tenant."""

    name: ClassVar[str] = "tenant.module_enabled"
    module: str


class ModuleDisabled(TenantFact, frozen=True):
    """A module was switched off for the tenant."""

    name: ClassVar[str] = "tenant.module_disabled"
    module: str


EVENTS = (
    TenantCreated,
    TenantUpdated,
    TenantDisabled,
    TenantEnabled,
    ModuleEnabled,
    ModuleDisabled,
)
