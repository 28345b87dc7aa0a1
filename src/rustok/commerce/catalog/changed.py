"""Products that have just changed, for the many who are told of it at once."""

from uuid import UUID

from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.types import PRODUCT_ID
from rustok.commerce.permissions import PRODUCT_READ
from rustok.core.cache import Caches, LoadingCache
from rustok.core.context import Context
from rustok.core.documents import StoredDocument
from rustok.core.events import Event

_Shared = tuple[UUID, int, str, bool]


class ChangedProducts:
    """Reads a product once for each event, language and kind of listener.

    What was read after an event stays right for that event, whatever happens to the product next.
    """

    def __init__(self, queries: CatalogQueries, caches: Caches) -> None:
        self._queries = queries
        self._read: LoadingCache[_Shared, StoredDocument | None] = caches.loading(
            "changed_products", entries=1_000, seconds=5.0
        )

    async def document(self, ctx: Context, event: Event) -> StoredDocument | None:
        """The product of an event that its projection has passed; None where the caller sees none.

        Raises DatabaseUnavailable.
        """
        key = (ctx.tenant.id, event.position, ctx.locale, ctx.actor.may(PRODUCT_READ))

        async def load(_: _Shared) -> StoredDocument | None:
            product = PRODUCT_ID.text(event.aggregate_id)
            return next(iter(await self._queries.products_by_ids(ctx, [product])), None)

        return await self._read.get(key, load)
