"""A document per product: what its approved reviews add up to."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from rustok.commerce.catalog.types import PRODUCT_ID
from rustok.core.context import Context
from rustok.core.db import ReadSession
from rustok.core.documents import Document, DocumentKind, Projection
from rustok.core.events import Event
from rustok.core.host import Host
from rustok_reviews import repository
from rustok_reviews.domain import rating
from rustok_reviews.events import EVENTS, ReviewFact

KIND = "product_ratings"
NO_LOCALE = "und"
"""Stars read the same in every language, so there is one document per product."""

_FIRST = UUID(int=0)


class RatingProjection:
    """Implements the Projection port."""

    kind = DocumentKind(name=KIND)
    version = 1
    events: tuple[str, ...] = tuple(fact.name for fact in EVENTS)

    async def affected(
        self, _ctx: Context, _session: ReadSession, events: Sequence[Event]
    ) -> Sequence[UUID]:
        """The products that the reviews are about."""
        return [msgspec.json.decode(event.payload, type=ReviewFact).product_id for event in events]

    async def load(
        self, _ctx: Context, session: ReadSession, ids: Sequence[UUID]
    ) -> Sequence[Document]:
        """The ratings of these products; one that is gone has none."""
        rows = await session.all(repository.RATED, product_ids=list(ids))
        return [
            Document(
                id=row.product_id,
                locale=NO_LOCALE,
                version=row.version,
                handle=PRODUCT_ID.text(row.product_id),
                status="active",
                title="",
                body=msgspec.json.encode(rating(row.counts)),
                created_at=row.created_at,
                updated_at=row.updated_at,
            )
            for row in rows
        ]

    async def ids(
        self, _ctx: Context, session: ReadSession, after: UUID | None, limit: int
    ) -> Sequence[UUID]:
        """The next products, for a rebuild."""
        return await session.all(repository.PRODUCTS, after=after or _FIRST, limit=limit)


def build(_host: Host) -> Sequence[Projection]:
    """The projections of the module."""
    return [RatingProjection()]
