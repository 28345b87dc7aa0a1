"""Use cases that read tenants."""

import msgspec

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.modules.registry import Modules
from rustok.tenant import repository
from rustok.tenant.permissions import TENANT_READ
from rustok.tenant.repository import TenantRow
from rustok.tenant.types import ModuleView, PublicTenant, TenantView


class TenantQueries:
    """Reads the context's own tenant."""

    def __init__(self, db: Database, modules: Modules) -> None:
        self._db = db
        self._modules = modules

    def public(self, ctx: Context) -> PublicTenant:
        """What anyone may know."""
        return PublicTenant(
            slug=ctx.tenant.slug,
            name=ctx.tenant.name,
            default_locale=ctx.tenant.default_locale,
            locales=ctx.tenant.locales,
            currency=ctx.tenant.currency,
        )

    async def tenant(self, ctx: Context) -> TenantView:
        """What its staff may know."""
        ctx.require(TENANT_READ)
        async with self._db.read(ctx) as session:
            return view(await session.one(repository.TENANT))

    async def modules(self, ctx: Context) -> list[ModuleView]:
        """Every installed module, in boot order, and whether it is on."""
        ctx.require(TENANT_READ)
        async with self._db.read(ctx) as session:
            off = set(await session.all(repository.MODULES_OFF))
        return [
            ModuleView(
                name=module.name,
                version=module.version,
                summary=module.summary,
                requires=module.requires,
                core=module.core,
                enabled=module.name not in off,
            )
            for module in self._modules
        ]


def view(row: TenantRow, token: int | None = None) -> TenantView:
    """The row as its staff see it, with the log token of a change."""
    return TenantView(
        id=row.id,
        slug=row.slug,
        name=row.name,
        status=row.status,
        default_locale=row.default_locale,
        locales=tuple(row.locales),
        currency=row.currency,
        domains=tuple(row.domains),
        settings=msgspec.json.decode(row.settings),
        version=row.version,
        position=None if token is None else str(token),
    )
