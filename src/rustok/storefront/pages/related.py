"""What stands beside a product: others of the same groups, kept for a few seconds."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from markupsafe import Markup

from rustok.commerce.catalog.types import ProductDocument
from rustok.core.cache import Caches, LoadingCache
from rustok.core.documents import Search, StoredDocument
from rustok.storefront.catalogue import Catalogue
from rustok.storefront.templating import Templates
from rustok.storefront.views.card import Card, cards
from rustok.storefront.visit import Visit
from rustok.storefront.wording import Wording

SHOWN = 4
_SECONDS = 5.0
_KEPT = 2_000
_SOURCES = 3
Groups = tuple[tuple[str, str], ...]
_Key = tuple[UUID, str, str, Groups]


class Neighbour(msgspec.Struct, frozen=True):
    """A product of the same group, with its card as it stands in the page."""

    id: str
    card: Markup


class Neighbours:
    """Finds the products of groups, the nearest group first, and renders their cards."""

    def __init__(self, catalogue: Catalogue, templates: Templates, caches: Caches) -> None:
        self._catalogue = catalogue
        self._templates = templates
        self._kept: LoadingCache[_Key, tuple[Neighbour, ...]] = caches.loading(
            "storefront_neighbours", entries=_KEPT, seconds=_SECONDS
        )

    async def of(self, visit: Visit, groups: Groups) -> tuple[Neighbour, ...]:
        """The newest products of the groups; the very same tuple while it is kept."""
        site = visit.site

        async def load(_: _Key) -> tuple[Neighbour, ...]:
            found: dict[UUID, StoredDocument] = {}
            for facet, value in groups:
                wanted = Search(locale=site.locale, facets={facet: (value,)}, first=SHOWN + 1)
                page = (await self._catalogue.search(visit.ctx, wanted)).page
                found.update((item.id, item) for item in page.items if item.id not in found)
                if len(found) > SHOWN:
                    break
            return tuple(
                Neighbour(card.id, self._card(card, visit.words))
                for card in cards(found.values(), site, visit.words)
            )

        return await self._kept.get((site.tenant.id, site.locale, site.base_path, groups), load)

    def _card(self, card: Card, words: Wording) -> Markup:
        return self._templates.fragment(
            "parts/cards.html", {"cards": (card,), "eager": 0, "t": words}
        )


def groups_of(document: ProductDocument) -> Groups:
    """A product's categories from the nearest up, then its collections; the first three."""
    path = document.category.path if document.category is not None else ()
    nearest = [("category", step.id) for step in reversed(path)]
    return (*nearest, *(("collection", group.id) for group in document.collections))[:_SOURCES]


def beside(document: ProductDocument, neighbours: Sequence[Neighbour]) -> list[Markup]:
    """The cards to be shown beside the product, which is not its own neighbour."""
    return [found.card for found in neighbours if found.id != document.id][:SHOWN]
