"""A product's page."""

import msgspec
from cachetools import LRUCache

from rustok.commerce.catalog.types import ProductDocument, decode_product
from rustok.core.cache import Caches
from rustok.storefront import structured_data
from rustok.storefront.catalogue import Catalogue
from rustok.storefront.chrome import Chrome
from rustok.storefront.pages.related import (
    Groups,
    Neighbour,
    Neighbours,
    beside,
    groups_of,
)
from rustok.storefront.richtext import plain
from rustok.storefront.site import Place, product_path
from rustok.storefront.templating import Templates
from rustok.storefront.views.chooser import PARAMETER
from rustok.storefront.views.head import SharedImage, head, translated
from rustok.storefront.views.product import view
from rustok.storefront.views.titles import seo_title
from rustok.storefront.visit import PageAnswer, Visit

_KEPT = 256


class _Made(msgspec.Struct, frozen=True):
    """A page, and what it was made of."""

    body: str
    chrome: Chrome
    groups: Groups
    neighbours: tuple[Neighbour, ...]
    page: PageAnswer


class ProductPage:
    """Shows a product.

    The document is read for every visit; a page is made again when that or anything around it is
    another one, and answered again as the very same value while nothing is.
    """

    def __init__(self, catalogue: Catalogue, templates: Templates, caches: Caches) -> None:
        self._catalogue = catalogue
        self._neighbours = Neighbours(catalogue, templates, caches)
        self._made: LRUCache[tuple[Place, str], _Made] = LRUCache(_KEPT)

    async def __call__(self, visit: Visit, handle: str) -> PageAnswer:
        """The page of the product with the handle; raises NotFound."""
        body = await self._catalogue.product(visit.ctx, handle)
        wanted = visit.asked(PARAMETER)
        if wanted is not None:
            document = decode_product(body)
            found = await self._neighbours.of(visit, groups_of(document))
            return _page(visit, document, wanted, found)
        made = self._made.get((visit.site.place, handle))
        if (
            made is not None
            and made.body == body
            and made.chrome is visit.chrome
            and made.neighbours is await self._neighbours.of(visit, made.groups)
        ):
            return made.page
        return await self._make(visit, handle, body)

    async def _make(self, visit: Visit, handle: str, body: str) -> PageAnswer:
        document = decode_product(body)
        groups = groups_of(document)
        found = await self._neighbours.of(visit, groups)
        page = _page(visit, document, None, found)
        self._made[visit.site.place, handle] = _Made(body, visit.chrome, groups, found, page)
        return page


def _page(
    visit: Visit, document: ProductDocument, wanted: str | None, found: tuple[Neighbour, ...]
) -> PageAnswer:
    site, words = visit.site, visit.words
    shown = view(document, wanted, site, words, visit.chrome.theme)
    first = shown.images[0] if shown.images else None
    steps = [(step.text, site.origin + step.href) for step in shown.trail]
    here = (document.title, site.absolute(product_path(document.handle)))
    return PageAnswer(
        template="product.html",
        head=head(
            site,
            title=seo_title(document.seo, document.title, site.tenant.name),
            description=document.seo.description or plain(document.description_html, 160),
            paths=translated(site, document.handle, document.alternates, product_path),
            kind="product",
            image=None if first is None else SharedImage(site.url(first.url), first.alt),
            data=(
                structured_data.product(document, site),
                structured_data.breadcrumbs([*steps, here]),
            ),
        ),
        values={"product": shown, "related": beside(document, found)},
        is_kept=wanted is None,
    )
