"""Use cases that change tenants."""

from typing import Any

import msgspec
from msgspec import UNSET

from rustok.core.cache import Caches
from rustok.core.clock import Clock
from rustok.core.context import Context, TenantRef, system_context
from rustok.core.db import Database, WriteSession
from rustok.core.db.failures import constraints
from rustok.core.errors import NotFound, invalid
from rustok.core.events import Fact
from rustok.core.host import Host
from rustok.core.ids import IdSource
from rustok.core.modules.registry import Modules
from rustok.core.modules.states import ModuleStates
from rustok.core.money import check_currency
from rustok.core.signals import Signals
from rustok.core.tenants import TenantDirectory
from rustok.tenant import events, repository
from rustok.tenant.changing import locked, record, save
from rustok.tenant.directory import Directory
from rustok.tenant.domain import check_domain, check_locale, check_new_slug
from rustok.tenant.errors import DomainTaken, SlugTaken
from rustok.tenant.journal import ModuleJournal
from rustok.tenant.permissions import MODULE_UPDATE, TENANT_UPDATE
from rustok.tenant.queries import TenantQueries, view
from rustok.tenant.repository import TenantRow
from rustok.tenant.settings import TenantSettings
from rustok.tenant.switching import ModuleSwitch
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
        switching: ModuleSwitch,
    ) -> None:
        self._db = db
        self._switching = switching
        self._directory = directory
        self._clock = clock
        self._ids = ids
        self._modules = modules

    async def create(self, given: TenantCreate) -> TenantRef:
        """Makes a tenant: for the platform's operator, no request reaches it.

        Its modules are all on: their hooks run. Raises ValidationFailed, SlugTaken, DomainTaken,
        ModuleHookFailed, and what hooks raise.
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
            await record(session, ctx, fact, version=1)
            await self._switching.begin(ctx, session)
        return tenant

    async def update(
        self, ctx: Context, given: TenantUpdate, *, expected_version: int | None = None
    ) -> TenantView:
        """Changes the tenant; raises ValidationFailed, DomainTaken, PreconditionFailed."""
        ctx.require(TENANT_UPDATE)
        async with self._db.write(ctx) as session:
            row = await locked(session, expected_version)
            await save(session, _changed(row, given), self._clock.now())
            if given.domains is not UNSET:
                await session.execute(repository.DELETE_DOMAINS)
                await _put_domains(session, given.domains)
            names = tuple(name for name in given.__struct_fields__ if _is_set(given, name))
            await record(session, ctx, events.TenantUpdated(changed=names), version=row.version + 1)
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
        """Switches a module on, with all it requires.

        Raises ModuleUnknown, ModuleFailed, ModuleHookFailed, and what the module's hook raises.
        """
        ctx.require(MODULE_UPDATE)
        await self._switching.enable(ctx, name)
        self._directory.forget(ctx.tenant.id)

    async def disable_module(self, ctx: Context, name: str) -> None:
        """Switches a module off; its data stays.

        Raises ModuleUnknown, ModuleRequired, ModuleHookFailed, and what the module's hook raises.
        """
        ctx.require(MODULE_UPDATE)
        await self._switching.disable(ctx, name)
        self._directory.forget(ctx.tenant.id)

    async def _switch(self, ctx: Context, status: str, fact: Fact) -> None:
        if ctx.actor.kind != "system":
            raise NotFound
        async with self._db.write(ctx) as session:
            row = await locked(session)
            if row.status == status:
                return
            await save(session, msgspec.structs.replace(row, status=status), self._clock.now())
            await record(session, ctx, fact, version=row.version + 1)
        self._directory.forget(ctx.tenant.id)


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
    journal = ModuleJournal(host.db, host.worker, host.clock, host.ids, directory)
    switching = ModuleSwitch(host, journal)
    return {
        "tenant_service": TenantService(
            host.db, host.clock, host.ids, host.modules, directory, switching
        ),
        "tenant_queries": TenantQueries(host.db, host.modules, host.get(ModuleStates)),
        "module_journal": journal,
    }
