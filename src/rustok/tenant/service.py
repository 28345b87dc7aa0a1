"""Use cases that change tenants."""

from typing import Any

import msgspec
from msgspec import UNSET

from rustok.core.cache import Caches
from rustok.core.clock import Clock
from rustok.core.context import Context, TenantRef, system_context
from rustok.core.db import Database, WriteSession
from rustok.core.db.failures import constraints
from rustok.core.errors import NotFound, PreconditionFailed, invalid
from rustok.core.events import Fact
from rustok.core.host import Host
from rustok.core.ids import IdSource
from rustok.core.modules.registry import Modules
from rustok.core.money import check_currency
from rustok.core.signals import Signals
from rustok.core.tenants import TenantDirectory
from rustok.tenant import events, repository
from rustok.tenant.directory import Directory
from rustok.tenant.domain import check_domain, check_locale, check_new_slug
from rustok.tenant.errors import DomainTaken, ModuleRequired, ModuleUnknown, SlugTaken
from rustok.tenant.permissions import MODULE_UPDATE, TENANT_UPDATE
from rustok.tenant.queries import TenantQueries, view
from rustok.tenant.repository import TenantRow
from rustok.tenant.settings import TenantSettings
from rustok.tenant.types import TenantCreate, TenantUpdate, TenantView

CHANNEL = "rustok_tenants"
MAX_NAME = 200


class TenantService:
    """Creates, changes and switches tenants and their modules."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        ids: IdSource,
        modules: Modules,
        directory: TenantDirectory,
    ) -> None:
        self._db = db
        self._directory = directory
        self._clock = clock
        self._ids = ids
        self._modules = modules

    async def create(self, given: TenantCreate) -> TenantRef:
        """Makes a tenant: for the platform's operator, no request reaches it.

        Raises ValidationFailed, SlugTaken, DomainTaken.
        """
        locales = _locales(given.default_locale, given.locales)
        tenant = TenantRef(
            id=self._ids.new(),
            slug=check_new_slug(given.slug),
            name=_name(given.name),
            default_locale=given.default_locale,
            locales=locales,
            currency=check_currency(given.currency, "currency"),
            modules=self._modules.names,
        )
        ctx = system_context(tenant)
        async with self._db.write(ctx) as session:
            with constraints({"tenants_slug": SlugTaken}):
                await session.execute(
                    repository.INSERT,
                    slug=tenant.slug,
                    name=tenant.name,
                    default_locale=tenant.default_locale,
                    locales=list(locales),
                    currency=tenant.currency,
                    settings=_settings(given.settings),
                    now=self._clock.now(),
                )
            await _put_domains(session, given.domains)
            fact = events.TenantCreated(
                slug=tenant.slug,
                default_locale=tenant.default_locale,
                locales=locales,
                currency=tenant.currency,
            )
            await _record(session, ctx, fact, version=1)
        return tenant

    async def update(
        self, ctx: Context, given: TenantUpdate, *, expected_version: int | None = None
    ) -> TenantView:
        """Changes the tenant; raises ValidationFailed, DomainTaken, PreconditionFailed."""
        ctx.require(TENANT_UPDATE)
        async with self._db.write(ctx) as session:
            row = await _locked(session, expected_version)
            await self._save(session, _changed(row, given))
            if given.domains is not UNSET:
                await session.execute(repository.DELETE_DOMAINS)
                await _put_domains(session, given.domains)
            names = tuple(name for name in given.__struct_fields__ if _is_set(given, name))
            await _record(
                session, ctx, events.TenantUpdated(changed=names), version=row.version + 1
            )
            changed = await session.one(repository.TENANT)
        self._directory.forget(ctx.tenant.id)
        return view(changed, session.token)

    async def disable(self, ctx: Context) -> None:
        """Switches the tenant off: for the platform's operator."""
        await self._switch(ctx, "disabled", events.TenantDisabled())

    async def enable(self, ctx: Context) -> None:
        """Switches the tenant on: for the platform's operator."""
        await self._switch(ctx, "active", events.TenantEnabled())

    async def enable_module(self, ctx: Context, name: str) -> None:
        """Switches a module on, with all it requires; raises ModuleUnknown."""
        ctx.require(MODULE_UPDATE)
        wanted = self._module(name) | self._modules.with_requirements({name})
        async with self._db.write(ctx) as session:
            row = await _locked(session, None)
            off = set(await session.all(repository.MODULES_OFF))
            for module in sorted(wanted & off):
                await self._set_module(session, module, enabled=True)
                fact = events.ModuleEnabled(module=module)
                await _record(session, ctx, fact, version=row.version + 1)
            await self._save(session, row)
        self._directory.forget(ctx.tenant.id)

    async def disable_module(self, ctx: Context, name: str) -> None:
        """Switches a module off; raises ModuleUnknown, ModuleRequired."""
        ctx.require(MODULE_UPDATE)
        self._module(name)
        if name in self._modules.core_names:
            raise ModuleRequired(f"{name} is part of the platform.")
        async with self._db.write(ctx) as session:
            row = await _locked(session, None)
            off = set(await session.all(repository.MODULES_OFF))
            needing = self._modules.dependents(name) - off
            if needing:
                raise ModuleRequired(f"These require it: {', '.join(sorted(needing))}.")
            if name not in off:
                await self._set_module(session, name, enabled=False)
                fact = events.ModuleDisabled(module=name)
                await _record(session, ctx, fact, version=row.version + 1)
                await self._save(session, row)
        self._directory.forget(ctx.tenant.id)

    async def _switch(self, ctx: Context, status: str, fact: Fact) -> None:
        if ctx.actor.kind != "system":
            raise NotFound
        async with self._db.write(ctx) as session:
            row = await _locked(session, None)
            if row.status == status:
                return
            await self._save(session, msgspec.structs.replace(row, status=status))
            await _record(session, ctx, fact, version=row.version + 1)
        self._directory.forget(ctx.tenant.id)

    def _module(self, name: str) -> frozenset[str]:
        if name not in self._modules:
            raise ModuleUnknown(f"No module {name[:60]!r} is installed.")
        return frozenset({name})

    async def _set_module(self, session: WriteSession, module: str, *, enabled: bool) -> None:
        await session.execute(
            repository.SWITCH_MODULE, module=module, enabled=enabled, now=self._clock.now()
        )

    async def _save(self, session: WriteSession, row: TenantRow) -> None:
        await session.execute(
            repository.UPDATE,
            name=row.name,
            default_locale=row.default_locale,
            locales=row.locales,
            settings=row.settings,
            status=row.status,
            now=self._clock.now(),
        )


async def _locked(session: WriteSession, expected_version: int | None) -> TenantRow:
    version = await session.one(repository.LOCK)
    if expected_version is not None and expected_version != version:
        raise PreconditionFailed(extra={"version": version})
    return await session.one(repository.TENANT)


async def _record(session: WriteSession, ctx: Context, fact: Fact, *, version: int) -> None:
    session.record(fact, aggregate_id=ctx.tenant.id, aggregate_version=version)
    await session.execute(repository.NOTIFY, tenant=str(ctx.tenant.id))


async def _put_domains(session: WriteSession, domains: tuple[str, ...]) -> None:
    if not domains:
        return
    hosts = sorted({check_domain(text, "domains", place) for place, text in enumerate(domains)})
    with constraints({"tenant_domains_pkey": DomainTaken}):
        await session.execute(repository.INSERT_DOMAINS, domains=hosts)


def _changed(row: TenantRow, given: TenantUpdate) -> TenantRow:
    default = row.default_locale if given.default_locale is UNSET else given.default_locale
    locales = row.locales if given.locales is UNSET else list(given.locales)
    return msgspec.structs.replace(
        row,
        name=row.name if given.name is UNSET else _name(given.name),
        default_locale=default,
        locales=list(_locales(default, tuple(locales))),
        settings=row.settings if given.settings is UNSET else _settings(given.settings),
    )


def _is_set(given: TenantUpdate, name: str) -> bool:
    return getattr(given, name) is not UNSET


def _locales(default: str, others: tuple[str, ...]) -> tuple[str, ...]:
    check_locale(default, "defaultLocale")
    for number, locale in enumerate(others):
        check_locale(locale, "locales", number)
    return tuple(dict.fromkeys((default, *others)))


def _name(text: str) -> str:
    if not text.strip() or len(text) > MAX_NAME:
        raise invalid("INVALID_NAME", f"A name has 1 to {MAX_NAME} characters.", "name")
    return text


def _settings(values: dict[str, Any]) -> str:
    return msgspec.json.encode(values).decode()


def build(host: Host) -> dict[str, object]:
    """The services of the module."""
    directory = Directory(
        host.db, host.worker, host.modules, host.settings(TenantSettings), host.get(Caches)
    )
    host.provide(TenantDirectory, directory)
    host.get(Signals).listen(CHANNEL, directory.changed)
    return {
        "tenant_service": TenantService(host.db, host.clock, host.ids, host.modules, directory),
        "tenant_queries": TenantQueries(host.db, host.modules),
    }
