"""REST routes of the reviews module."""

from typing import Annotated

import msgspec
from litestar import delete, get, patch, post, put
from litestar.params import QueryParameter

from rustok.commerce.catalog.types import PRODUCT_ID
from rustok.core.http import PUBLIC, SIGNED_IN, Body, Ctx, FromPath, FromQuery, Service, requires
from rustok.core.http.preconditions import IfMatch, expected_version
from rustok.core.paging import Page
from rustok_reviews.permissions import REVIEW_MODERATE, REVIEW_READ
from rustok_reviews.queries import ReviewQueries
from rustok_reviews.service import ReviewService
from rustok_reviews.types import (
    REVIEW_ID,
    ProductRating,
    Review,
    Reviewed,
    ReviewStatus,
    ReviewSubmit,
    ReviewUpdate,
    ReviewVerdict,
)

Limit = Annotated[int | None, QueryParameter(description="How many: 1 to 100, by default 20.")]
After = Annotated[str | None, QueryParameter(description="`page.next` of the page before.")]

ProductKey = Annotated[
    str,
    QueryParameter(description="The product's id.", pattern="^prod_[0-7][0-9a-hjkmnp-tv-z]{25}$"),
]


class NextPage(msgspec.Struct, frozen=True):
    """The cursor of the next page, null on the last one."""

    next: str | None


class ReviewList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of reviews."""

    data: tuple[Review, ...]
    page: NextPage


class ProductReviewList(ReviewList, frozen=True, kw_only=True):
    """A page of a product's reviews, with what all of them add up to."""

    rating: ProductRating


@get("/api/v1/store/reviews", opt=PUBLIC, tags=["reviews"])
async def product_reviews(
    *,
    ctx: Ctx,
    review_queries: Service[ReviewQueries],
    product: ProductKey,
    limit: Limit = None,
    after: After = None,
) -> ProductReviewList:
    """The approved reviews of a product, the newest first."""
    product_id = PRODUCT_ID.parse(product)
    page = await review_queries.of_product(ctx, product_id, first=limit, after=after)
    rating = await review_queries.rating(ctx, product_id)
    return ProductReviewList(data=page.items, page=_next(page), rating=rating)


@get("/api/v1/store/reviews/mine", opt=SIGNED_IN, tags=["reviews"])
async def own_reviews(
    ctx: Ctx, review_queries: Service[ReviewQueries], limit: Limit = None, after: After = None
) -> ReviewList:
    """The caller's own reviews, whatever their status."""
    page = await review_queries.mine(ctx, first=limit, after=after)
    return ReviewList(data=page.items, page=_next(page))


@post("/api/v1/store/reviews", opt=SIGNED_IN, tags=["reviews"])
async def submit_review(
    ctx: Ctx, review_service: Service[ReviewService], data: Body[ReviewSubmit]
) -> Reviewed:
    """Writes the caller's one review of a product."""
    return await review_service.submit(ctx, data)


@patch("/api/v1/store/reviews/{review_id:str}", opt=SIGNED_IN, tags=["reviews"])
async def update_review(
    ctx: Ctx,
    review_service: Service[ReviewService],
    review_id: FromPath[str],
    data: Body[ReviewUpdate],
    if_match: IfMatch = None,
) -> Reviewed:
    """Changes the caller's own review, which is then moderated again."""
    return await review_service.update(
        ctx, REVIEW_ID.parse(review_id), data, expected_version=expected_version(if_match)
    )


@delete("/api/v1/store/reviews/{review_id:str}", opt=SIGNED_IN, tags=["reviews"])
async def delete_own_review(
    ctx: Ctx,
    review_service: Service[ReviewService],
    review_id: FromPath[str],
    if_match: IfMatch = None,
) -> None:
    """Deletes the caller's own review."""
    await review_service.delete_own(
        ctx, REVIEW_ID.parse(review_id), expected_version=expected_version(if_match)
    )


@get("/api/v1/admin/reviews", opt=requires(REVIEW_READ), tags=["reviews"])
async def reviews(
    *,
    ctx: Ctx,
    review_queries: Service[ReviewQueries],
    status: FromQuery[ReviewStatus | None] = None,
    limit: Limit = None,
    after: After = None,
) -> ReviewList:
    """Reviews of all products, of one status or all, the newest first."""
    page = await review_queries.all(ctx, status, first=limit, after=after)
    return ReviewList(data=page.items, page=_next(page))


@put(
    "/api/v1/admin/reviews/{review_id:str}/status", opt=requires(REVIEW_MODERATE), tags=["reviews"]
)
async def moderate_review(
    ctx: Ctx,
    review_service: Service[ReviewService],
    review_id: FromPath[str],
    data: Body[ReviewVerdict],
    if_match: IfMatch = None,
) -> Reviewed:
    """Approves or rejects a review."""
    return await review_service.moderate(
        ctx, REVIEW_ID.parse(review_id), data.status, expected_version=expected_version(if_match)
    )


@delete("/api/v1/admin/reviews/{review_id:str}", opt=requires(REVIEW_MODERATE), tags=["reviews"])
async def delete_review(
    ctx: Ctx,
    review_service: Service[ReviewService],
    review_id: FromPath[str],
    if_match: IfMatch = None,
) -> None:
    """Deletes anybody's review."""
    await review_service.delete(
        ctx, REVIEW_ID.parse(review_id), expected_version=expected_version(if_match)
    )


def _next(page: Page[Review]) -> NextPage:
    return NextPage(page.end if page.has_next else None)


ROUTES = (
    product_reviews,
    own_reviews,
    submit_review,
    update_review,
    delete_own_review,
    reviews,
    moderate_review,
    delete_review,
)
