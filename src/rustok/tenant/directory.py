"""The tenant directory: finds a tenant by slug, domain or id, through bounded caches."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from rustok.core.cache import Caches, LoadingCache
from rustok.core.context import TenantRef, system_context
from rustok.core.db import Database
from rustok.core.host import NotProvided
from rustok.core.modules.registry import Modules
from rustok.core.tenants import TenantDisabled, TenantUnknown, tenant_scope
from rustok.tenant import repository
from rustok.tenant.repository import FoundRow
from rustok.tenant.settings import TenantSettings

Key = tuple[str, str]

# No tenant is known yet when one is looked for: the fence then shows nothing but the definer's
# function, which is what finding goes through.
NOWHERE = TenantRef(
    id=UUID(int=0),
    slug="",
    name="",
    default_locale="en",
    locales=("en",),
    currency="EUR",
    modules=frozenset(),
)


class Found(msgspec.Struct, frozen=True):
    """A tenant and whether it is switched on."""

    tenant: TenantRef
    active: bool


class Directory:
    """Implements the TenantDirectory port."""

    def __init__(
        self,
        db: Database,
        worker: Database | None,
        modules: Modules,
        settings: TenantSettings,
        caches: Caches,
    ) -> None:
        self._db = db
        self._worker = worker
        self._modules = modules
        self._caches = caches
        self._cache: LoadingCache[Key, Found] = caches.loading(
            "tenants",
            entries=settings.cache_entries,
            seconds=settings.cache_seconds,
            negative_seconds=settings.negative_cache_seconds,
            negative=(TenantUnknown,),
        )
        self._shared = caches.shared("tenants", FoundRow, seconds=settings.cache_seconds)

    async def by_slug(self, slug: str) -> TenantRef:
        """The enabled tenant; raises TenantUnknown or TenantDisabled."""
        return _enabled(await self._cache.get(("slug", slug), self._load))

    async def by_domain(self, host: str) -> TenantRef:
        """The enabled tenant with this domain of its own; raises as by_slug."""
        return _enabled(await self._cache.get(("domain", host), self._load))

    async def by_id(self, tenant_id: UUID) -> TenantRef:
        """The enabled tenant; raises as by_slug."""
        return _enabled(await self._cache.get(("id", str(tenant_id)), self._load))

    async def any_by_id(self, tenant_id: UUID) -> TenantRef:
        """The tenant, disabled or not; raises TenantUnknown."""
        return (await self._cache.get(("id", str(tenant_id)), self._load)).tenant

    async def all(self) -> Sequence[TenantRef]:
        """Every enabled tenant, by slug; raises NotProvided in a process that only serves."""
        if self._worker is None:
            raise NotProvided("Only the worker role may list tenants.")
        async with self._worker.read(system_context(NOWHERE)) as session:
            ids = await session.all(repository.ALL, statuses=["active"])
        return [await self.any_by_id(tenant_id) for tenant_id in ids]

    def forget(self, tenant_id: UUID) -> None:
        """Drops what is cached of the tenant."""
        self.changed(str(tenant_id))

    def changed(self, tenant_id: str) -> None:
        """Forgets a tenant, or with an empty text every one; called by the signal."""
        self._cache.purge((lambda found: str(found.tenant.id) == tenant_id) if tenant_id else None)
        self._caches.changed(tenant_scope(tenant_id) if tenant_id else None)

    async def _load(self, key: Key) -> Found:
        row = await (self._find(key) if self._shared is None else self._find_shared(key))
        return Found(self._reference(row), row.status == "active")

    async def _find(self, key: Key) -> FoundRow:
        async with self._db.read(system_context(NOWHERE)) as session:
            row = await session.maybe(repository.FIND, by=key[0], key=key[1])
        if row is None:
            raise TenantUnknown
        return row

    async def _find_shared(self, key: Key) -> FoundRow:
        assert self._shared is not None
        by, name = key
        async with self._shared.turn(by, name) as turn:
            if turn.value is not None and _is_named(turn.value, by, name):
                return turn.value
            row = await self._find(key)
            await turn.keep(row, tenant_scope(str(row.id)))
            return row

    def _reference(self, row: FoundRow) -> TenantRef:
        return TenantRef(
            id=row.id,
            slug=row.slug,
            name=row.name,
            default_locale=row.default_locale,
            locales=tuple(row.locales),
            currency=row.currency,
            modules=self._modules.names - set(row.disabled_modules),
            settings=msgspec.json.decode(row.settings, type=dict[str, msgspec.Raw]),
        )


def _is_named(row: FoundRow, by: str, name: str) -> bool:
    """Whether a shared row is the one asked for, as far as it says so itself."""
    return {"slug": row.slug, "id": str(row.id)}.get(by, name) == name


def _enabled(found: Found) -> TenantRef:
    if not found.active:
        raise TenantDisabled
    return found.tenant
