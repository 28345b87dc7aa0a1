"""The subscription to changes of products."""

from collections.abc import AsyncIterator
from enum import Enum
from typing import Final

import msgspec

from rustok.commerce.catalog import events as facts
from rustok.commerce.catalog.changed import ChangedProducts
from rustok.commerce.catalog.graphql.products import shown
from rustok.commerce.catalog.graphql.registry import resolvers
from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.types import PRODUCT_ID, ProductDocument
from rustok.commerce.permissions import PRODUCT_READ
from rustok.core.documents import StoredDocument
from rustok.core.events import Event
from rustok.core.feed import Topic
from rustok.core.graphql import Info, changes, graph

PRODUCTS_CHANGED: Final = Topic(
    events=frozenset(fact.name for fact in facts.EVENTS if issubclass(fact, facts.ProductFact)),
    behind="index.products",  # the consumer that keeps the documents
)


class ProductChangeKind(Enum):
    """Whether there still is a product to be seen."""

    CHANGED = "changed"
    REMOVED = "removed"


class ProductChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change as one listener may know of it; `document` is None where they see no product."""

    product_id: str
    version: int
    event: str
    document: StoredDocument | None

    @property
    def kind(self) -> ProductChangeKind:
        """Whether the listener still sees a product."""
        return ProductChangeKind.CHANGED if self.document else ProductChangeKind.REMOVED


resolvers.bind("ProductChange", ProductChange)
resolvers.enum("ProductChangeKind", ProductChangeKind)


@resolvers.subscription("productChanged")
async def product_changed(
    _root: None, info: Info, *, id: str | None = None
) -> AsyncIterator[ProductChange]:
    """What happens to one product, or to all.

    It is told after the projection has passed the event, and not as soon as the log has it: who is
    told of a change and then asks for the product, on whatever page, sees that change or a later
    one. The product here is read the same way. A product that the projection failed on is told of
    as it was, until its next event or a retry mends it.

    The public is told what it can see, and once when it cannot any more: of a product that was
    active, or that it could see when it began to listen for it.
    """
    found = graph(info)
    topic, was_visible = PRODUCTS_CHANGED, False
    if id is not None:
        topic = msgspec.structs.replace(topic, aggregate_id=PRODUCT_ID.parse(id))
    async with changes(info, topic) as events:
        if id is not None:
            queries = found.get(CatalogQueries)
            was_visible = bool(await queries.products_by_ids(found.ctx, [id]))
        async for event in events:
            now = found.now()
            document = await now.get(ChangedProducts).document(now.ctx, event)
            ceases = was_visible or event.name == facts.ProductUnpublished.name
            was_visible = id is not None and document is not None
            if document is not None or ceases or now.ctx.actor.may(PRODUCT_READ):
                yield _change(event, document)


@resolvers.field("ProductChange", "product")
def product(change: ProductChange, info: Info) -> ProductDocument | None:
    """The product as it is now."""
    return None if change.document is None else shown(graph(info), change.document)


def _change(event: Event, document: StoredDocument | None) -> ProductChange:
    return ProductChange(
        product_id=PRODUCT_ID.text(event.aggregate_id),
        version=event.aggregate_version,
        event=event.name,
        document=document,
    )
