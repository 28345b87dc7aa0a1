"""A product's page."""

from uuid import UUID

import msgspec
from markupsafe import Markup

from rustok.commerce.catalog.types import ProductDocument
from rustok.core.cache import LoadingCache
from rustok.core.documents import Search, StoredDocument
from rustok.storefront import structured_data
from rustok.storefront.catalogue import Catalogue
from rustok.storefront.richtext import plain
from rustok.storefront.site import product_path
from rustok.storefront.templating import Templates
from rustok.storefront.views.card import Card, cards
from rustok.storefront.views.chooser import PARAMETER
from rustok.storefront.views.head import SharedImage, head, translated
from rustok.storefront.views.product import view
from rustok.storefront.views.titles import seo_title
from rustok.storefront.visit import PageAnswer, Visit
from rustok.storefront.wording import Wording

_SECONDS = 5.0
_KEPT = 2_000
_RELATED = 4
_SOURCES = 3
_Groups = tuple[tuple[str, str], ...]
_Key = tuple[UUID, str, str, _Groups]


class _Near(msgspec.Struct, frozen=True):
    """A product of the same group, with its card as it stands in the page."""

    id: str
    card: Markup


class ProductPage:
    """Shows a product; what stands beside it is kept for a few seconds per group."""

    def __init__(self, catalogue: Catalogue, templates: Templates) -> None:
        self._catalogue = catalogue
        self._templates = templates
        self._kept: LoadingCache[_Key, tuple[_Near, ...]] = LoadingCache(
            entries=_KEPT, seconds=_SECONDS
        )

    async def __call__(self, visit: Visit, handle: str) -> PageAnswer:
        """The page of the product with the handle; raises NotFound."""
        site, words = visit.site, visit.words
        document = await self._catalogue.product(visit.ctx, handle)
        shown = view(document, visit.asked(PARAMETER), site, words)
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
            values={"product": shown, "related": await self._related(visit, document)},
        )

    async def _related(self, visit: Visit, document: ProductDocument) -> list[Markup]:
        groups = _groups(document)
        if not groups:
            return []
        site = visit.site

        async def load(_: _Key) -> tuple[_Near, ...]:
            found: dict[UUID, StoredDocument] = {}
            for facet, value in groups:
                wanted = Search(locale=site.locale, facets={facet: (value,)}, first=_RELATED + 1)
                page = (await self._catalogue.search(visit.ctx, wanted)).page
                found.update((item.id, item) for item in page.items if item.id not in found)
                if len(found) > _RELATED:
                    break
            return tuple(
                _Near(card.id, self._card(card, visit.words))
                for card in cards(found.values(), site, visit.words)
            )

        key = (site.tenant.id, site.locale, site.base_path, groups)
        near = await self._kept.get(key, load)
        return [item.card for item in near if item.id != document.id][:_RELATED]

    def _card(self, card: Card, words: Wording) -> Markup:
        return self._templates.fragment(
            "parts/cards.html", {"cards": (card,), "eager": 0, "t": words}
        )


def _groups(document: ProductDocument) -> _Groups:
    path = document.category.path if document.category is not None else ()
    nearest = [("category", step.id) for step in reversed(path)]
    return (*nearest, *(("collection", group.id) for group in document.collections))[:_SOURCES]
