"""Reactions to other modules' events."""

from collections.abc import Sequence

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import Subscriber
from rustok.core.host import Host
from rustok_reviews import repository
from rustok_reviews.events import ReviewDeleted


async def delete_reviews(_ctx: Context, session: WriteSession, event: Event) -> None:
    """A product is gone, and with it its reviews; done twice, it finds nothing the second time."""
    product_id = event.aggregate_id
    await session.execute(repository.LOCK_PRODUCT, product_id=product_id)
    for row in await session.all(repository.DELETE_OF_PRODUCT, product_id=product_id):
        session.record(
            ReviewDeleted(product_id=product_id, rating=row.rating),
            aggregate_id=row.id,
            aggregate_version=row.version + 1,
        )
    await session.execute(repository.FORGET_PRODUCT, product_id=product_id)


def build(_host: Host) -> Sequence[Subscriber]:
    """The subscribers of the module."""
    return [
        Subscriber(
            name="reviews.product_deleted", events=("product.deleted",), handler=delete_reviews
        )
    ]
