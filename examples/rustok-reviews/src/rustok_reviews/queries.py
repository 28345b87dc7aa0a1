"""Use cases that read reviews and ratings."""

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

import msgspec

from rustok.commerce.catalog.types import PRODUCT_ID
from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.documents import DocumentIndex
from rustok.core.paging import Cursor, InvalidCursor, Page, page_size
from rustok_reviews import repository
from rustok_reviews.domain import NOT_RATED
from rustok_reviews.permissions import REVIEW_READ
from rustok_reviews.projections import KIND, NO_LOCALE
from rustok_reviews.repository import ReviewRow
from rustok_reviews.types import REVIEW_ID, ProductRating, Review, ReviewStatus

ORDER = "reviews"
EVERY_STATUS: tuple[ReviewStatus, ...] = ("pending", "approved", "rejected")
_NEWEST = UUID(int=2**128 - 1)


class ReviewQueries:
    """Lists reviews, the newest first, and reads ratings."""

    def __init__(self, db: Database, documents: DocumentIndex) -> None:
        self._db = db
        self._documents = documents

    async def of_product(
        self, ctx: Context, product_id: UUID, *, first: int | None, after: str | None
    ) -> Page[Review]:
        """A product's approved reviews; raises ValidationFailed, InvalidCursor."""
        size = page_size(first, "first")
        async with self._db.read(ctx) as session:
            rows = await session.all(
                repository.OF_PRODUCT, product_id=product_id, before=_before(after), limit=size + 1
            )
        return _page(rows, size)

    async def mine(self, ctx: Context, *, first: int | None, after: str | None) -> Page[Review]:
        """The caller's own reviews; raises Unauthenticated, ValidationFailed, InvalidCursor."""
        user_id, size = ctx.require_user(), page_size(first, "first")
        async with self._db.read(ctx) as session:
            rows = await session.all(
                repository.OF_USER, user_id=user_id, before=_before(after), limit=size + 1
            )
        return _page(rows, size)

    async def all(
        self,
        ctx: Context,
        status: ReviewStatus | None = None,
        *,
        first: int | None,
        after: str | None,
    ) -> Page[Review]:
        """Reviews for staff, of one status or all; raises ValidationFailed, InvalidCursor."""
        ctx.require(REVIEW_READ)
        size = page_size(first, "first")
        statuses = EVERY_STATUS if status is None else (status,)
        async with self._db.read(ctx) as session:
            rows = await session.all(
                repository.IN_STATUS,
                statuses=list(statuses),
                before=_before(after),
                limit=size + 1,
            )
        return _page(rows, size)

    async def rating(self, ctx: Context, product_id: UUID) -> ProductRating:
        """What a product's approved reviews add up to."""
        found = await self.ratings(ctx, [product_id])
        return found.get(product_id, NOT_RATED)

    async def ratings(
        self, ctx: Context, product_ids: Sequence[UUID]
    ) -> Mapping[UUID, ProductRating]:
        """The ratings of several products; one without reviews may be missing."""
        found = await self._documents.by_ids(ctx, KIND, product_ids, NO_LOCALE)
        return {row.id: msgspec.json.decode(row.body, type=ProductRating) for row in found}


def view(row: ReviewRow) -> Review:
    """The row as it is read outside."""
    return Review(
        id=REVIEW_ID.text(row.id),
        product_id=PRODUCT_ID.text(row.product_id),
        rating=row.rating,
        title=row.title,
        body=row.body,
        author=row.author,
        status=cast("ReviewStatus", row.status),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def _page(rows: Sequence[ReviewRow], size: int) -> Page[Review]:
    shown = rows[:size]
    return Page(
        items=tuple(view(row) for row in shown),
        cursors=tuple(Cursor(ORDER, (str(row.id),)).encode() for row in shown),
        has_next=len(rows) > size,
    )


def _before(after: str | None) -> UUID:
    if after is None:
        return _NEWEST
    try:
        (text,) = Cursor.decode(after, ORDER).values
        return UUID(str(text))
    except ValueError:
        raise InvalidCursor from None
