"""Which tenant a request means: by host, by the header X-Tenant-ID, or by the path /t/{slug}/."""

from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from ipaddress import ip_address
from uuid import UUID

from rustok.app.edge.asgi import Scope, header
from rustok.core.context import TenantRef
from rustok.core.errors import BadRequest
from rustok.core.tenants import TenantDirectory, TenantMissing
from rustok.tenant.domain import parse_host, parse_identifier, parse_slug

PATH_PREFIX = "/t/"
Lookup = Callable[[], Awaitable[TenantRef]]


class TenantConflict(BadRequest):
    """Host, header and path of one request name different tenants."""

    code = "TENANT_CONFLICT"
    title = "Different tenants named"


class Tenancy:
    """Resolves the tenant of a request through the directory."""

    def __init__(self, directory: TenantDirectory, base_domains: tuple[str, ...]) -> None:
        self._directory = directory
        self._bases = tuple(domain.lower() for domain in base_domains)

    async def resolve(self, scope: Scope, host: str) -> TenantRef:
        """The tenant; strips `/t/{slug}` from the scope's path.

        Raises TenantMissing, TenantInvalid, TenantConflict, TenantUnknown, TenantDisabled.
        """
        lookups = (
            self._by_host(host),
            self._by_header(header(scope, b"x-tenant-id")),
            self._by_path(scope),
        )
        found = {t.id: t for t in [await lookup() for lookup in lookups if lookup is not None]}
        if not found:
            raise TenantMissing
        if len(found) > 1:
            raise TenantConflict
        return next(iter(found.values()))

    def _by_host(self, text: str) -> Lookup | None:
        meant = _meant(text, self._bases)
        if meant is None:
            return None
        slug, domain = meant
        if slug is not None:
            return partial(self._directory.by_slug, slug)
        return partial(self._directory.by_domain, domain)

    def _by_header(self, text: str | None) -> Lookup | None:
        if text is None:
            return None
        identifier = parse_identifier(text)
        if isinstance(identifier, UUID):
            return partial(self._directory.by_id, identifier)
        return partial(self._directory.by_slug, identifier)

    def _by_path(self, scope: Scope) -> Lookup | None:
        path: str = scope["path"]
        if not path.startswith(PATH_PREFIX):
            return None
        slug, _, rest = path.removeprefix(PATH_PREFIX).partition("/")
        found = partial(self._directory.by_slug, parse_slug(slug))
        scope["path"] = f"/{rest}"
        scope["raw_path"] = scope["path"].encode()
        scope["rustok_base"] = f"{PATH_PREFIX}{slug}"
        return found


@lru_cache(maxsize=4096)
def _meant(text: str, bases: tuple[str, ...]) -> tuple[str | None, str] | None:
    """The slug below a base domain and the domain that a host header means; None for neither.

    Raises TenantInvalid, which is not kept.
    """
    if not text or _is_address(text):
        return None
    host = parse_host(text)
    if host in bases:
        return None
    for base in bases:
        if host.endswith(f".{base}"):
            return parse_slug(host.removesuffix(f".{base}")), host
    return None, host


def _is_address(host: str) -> bool:
    bare = host.rsplit("]", 1)[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    try:
        ip_address(bare)
    except ValueError:
        return False
    return True
