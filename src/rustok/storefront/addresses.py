"""What a path says: a language, a page within it, and whether it is the page's one address."""

from urllib.parse import quote

import msgspec

from rustok.core.context import TenantRef


class Address(msgspec.Struct, frozen=True):
    """A path without its language; `moved` where the same page has another, proper address."""

    path: str
    locale: str
    moved: bool = False

    @property
    def quoted(self) -> str:
        """The path as it stands in a URL."""
        return quote(self.path)


def read(path: str, tenant: TenantRef) -> Address:
    """The address in a request's decoded path, as the framework normalises it.

    The default language has no prefix: with one, the page has moved. A path with an empty part is
    left as it is: it is no page, and must not become the host of a redirection.
    """
    first, _, rest = path[1:].partition("/")
    if first not in tenant.locales or "//" in path:
        return Address(path, tenant.default_locale)
    return Address(f"/{rest}", first, moved=first == tenant.default_locale)
