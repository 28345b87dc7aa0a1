"""Use cases that read tenants."""

import msgspec

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.modules.registry import Modules
from rustok.core.modules.states import ModuleStates
from rustok.tenant import journal_repository, repository
from rustok.tenant.errors import ModuleUnknown
from rustok.tenant.permissions import TENANT_READ
from rustok.tenant.repository import TenantRow
from rustok.tenant.types import ModuleChange, ModuleView, PublicTenant, TenantView

MOST_CHANGES = 50


class TenantQueries:
    """Reads the context's own tenant."""

    def __init__(self, db: Database, modules: Modules, states: ModuleStates) -> None:
        self._db = db
        self._modules = modules
        self._states = states

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

    async def module_changes(self, ctx: Context, name: str) -> list[ModuleChange]:
        """The latest switches of a module, failed ones included; raises ModuleUnknown."""
        ctx.require(TENANT_READ)
        if name not in self._modules:
            raise ModuleUnknown(f"No module {name[:60]!r} is installed.")
        async with self._db.read(ctx) as session:
            rows = await session.all(journal_repository.LATEST, module=name, most=MOST_CHANGES)
        return [
            ModuleChange(
                action=row.action,
                state=row.state,
                error=row.error,
                started_at=row.started_at,
                ended_at=row.ended_at,
            )
            for row in rows
        ]

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
                state=standing.state,
            )
            for module, standing in self._states
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
