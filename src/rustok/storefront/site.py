"""Where pages live: the addresses of one tenant's pages in one language."""

import re
from functools import lru_cache
from urllib.parse import quote
from uuid import UUID

import msgspec

from rustok.core.context import TenantRef

_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:[0-9]{1,5})?")


Place = tuple[UUID, str, str, str]
"""A tenant's id, a locale, what stands before paths, and scheme with host."""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """The pages of a tenant in one locale.

    `base_path` stands before every path (`/t/demo`), `origin` is scheme and host. The default
    locale's pages have no prefix of their own, the others' start with their locale.
    """

    tenant: TenantRef
    locale: str
    base_path: str
    origin: str

    @property
    def place(self) -> Place:
        """What tells this site from every other one."""
        return self.tenant.id, self.locale, self.base_path, self.origin

    def path(self, path: str, locale: str | None = None) -> str:
        """The path of a page, in this site's locale or another one."""
        wanted = self.locale if locale is None else locale
        if wanted == self.tenant.default_locale:
            return f"{self.base_path}{path}"
        return f"{self.base_path}/{wanted}{path}"

    def absolute(self, path: str, locale: str | None = None) -> str:
        """The whole URL of a page."""
        return self.origin + self.path(path, locale)

    def url(self, reference: str) -> str:
        """The whole URL of an image or file that is named by a URL or a path."""
        return self.origin + reference if reference.startswith("/") else reference


@lru_cache(maxsize=4096)
def product_path(handle: str) -> str:
    """The path of a product's page."""
    return f"/products/{quote(handle, safe='')}"


@lru_cache(maxsize=1024)
def category_path(handle: str) -> str:
    """The path of a category's page."""
    return f"/categories/{quote(handle, safe='')}"


@lru_cache(maxsize=1024)
def collection_path(handle: str) -> str:
    """The path of a collection's page."""
    return f"/collections/{quote(handle, safe='')}"


def origin(scheme: str, host: str) -> str:
    """Scheme and host of a request, with a harmless host where the one it names is none."""
    safe = host if _HOST.fullmatch(host) else "localhost"
    return f"{'https' if scheme == 'https' else 'http'}://{safe}"
