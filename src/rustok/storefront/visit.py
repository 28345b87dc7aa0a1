"""One request for a page, and the page it gets."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rustok.core.context import Context
from rustok.storefront.chrome import Chrome
from rustok.storefront.site import Site
from rustok.storefront.views.head import Head
from rustok.storefront.wording import Wording

BRIEFLY = "public, max-age=2, stale-while-revalidate=8"
REVALIDATE = "public, no-cache"
NOT_KEPT = "no-store"


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """Who visits which site, as nobody in particular, and what surrounds its pages."""

    ctx: Context
    site: Site
    words: Wording
    chrome: Chrome
    query: Sequence[tuple[str, str]]

    def asked(self, name: str) -> str | None:
        """The first value of a name in the address."""
        return next((value for key, value in self.query if key == name), None)


class PageAnswer(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A page to be rendered: its template with what that needs besides the surroundings.

    One that `is_kept` is the very same value for as long as it would be rendered the same.
    """

    template: str
    head: Head
    values: Mapping[str, Any]
    status: int = 200
    retry_after: int | None = None
    cache_control: str = BRIEFLY
    query: str = ""
    is_kept: bool = False
