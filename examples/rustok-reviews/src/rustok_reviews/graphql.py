"""Resolvers of the reviews module."""

# ruff: noqa: A002  # `input` and `id` are arguments of the schema

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from rustok.commerce.catalog.types import PRODUCT_ID, ProductDocument
from rustok.core.graphql import (
    GraphContext,
    Info,
    Loader,
    Payload,
    Resolvers,
    graph,
    mutation,
    read,
)
from rustok.core.paging import Page
from rustok_reviews.domain import NOT_RATED
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
    Verdict,
)

resolvers = Resolvers()
resolvers.bind("Review", Review)
resolvers.bind("ProductRating", ProductRating)
resolvers.enum(
    "ReviewStatus", {"PENDING": "pending", "APPROVED": "approved", "REJECTED": "rejected"}
)
resolvers.enum("ReviewVerdict", {"APPROVED": "approved", "REJECTED": "rejected"})


@resolvers.field("Product", "rating")
async def rating(product: ProductDocument, info: Info) -> ProductRating:
    """A product's rating: one read for all the products of a list."""
    return await graph(info).loader(_ratings).load(PRODUCT_ID.parse(product.id))


@resolvers.field("Query", "productReviews")
async def product_reviews(
    _root: None, info: Info, *, product_id: str, first: int | None = None, after: str | None = None
) -> Payload:
    """A product's approved reviews."""
    queries = graph(info).get(ReviewQueries)
    wanted = PRODUCT_ID.parse(product_id)
    return _connection(await queries.of_product(graph(info).ctx, wanted, first=first, after=after))


@resolvers.field("Query", "myReviews")
async def my_reviews(
    _root: None, info: Info, *, first: int | None = None, after: str | None = None
) -> Payload:
    """The caller's own reviews."""
    queries = graph(info).get(ReviewQueries)
    return _connection(await queries.mine(graph(info).ctx, first=first, after=after))


@resolvers.field("Query", "reviews")
async def reviews(
    _root: None,
    info: Info,
    *,
    status: ReviewStatus | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Payload:
    """Reviews for staff."""
    queries = graph(info).get(ReviewQueries)
    return _connection(await queries.all(graph(info).ctx, status, first=first, after=after))


@resolvers.field("Mutation", "reviewSubmit")
@mutation
async def review_submit(_root: None, info: Info, *, input: dict[str, Any]) -> Payload:
    """Writes a review."""
    service = graph(info).get(ReviewService)
    return _payload(await service.submit(graph(info).ctx, read(ReviewSubmit, input)))


@resolvers.field("Mutation", "reviewUpdate")
@mutation
async def review_update(
    _root: None,
    info: Info,
    *,
    id: str,
    input: dict[str, Any],
    expected_version: int | None = None,
) -> Payload:
    """Changes one's own review."""
    service = graph(info).get(ReviewService)
    given = read(ReviewUpdate, input)
    return _payload(
        await service.update(
            graph(info).ctx, REVIEW_ID.parse(id), given, expected_version=expected_version
        )
    )


@resolvers.field("Mutation", "myReviewDelete")
@mutation
async def my_review_delete(
    _root: None, info: Info, *, id: str, expected_version: int | None = None
) -> Payload:
    """Deletes one's own review."""
    position = await (
        graph(info)
        .get(ReviewService)
        .delete_own(graph(info).ctx, REVIEW_ID.parse(id), expected_version=expected_version)
    )
    return {"deleted": id, "position": position}


@resolvers.field("Mutation", "reviewModerate")
@mutation
async def review_moderate(
    _root: None, info: Info, *, id: str, verdict: Verdict, expected_version: int | None = None
) -> Payload:
    """Approves or rejects."""
    service = graph(info).get(ReviewService)
    return _payload(
        await service.moderate(
            graph(info).ctx, REVIEW_ID.parse(id), verdict, expected_version=expected_version
        )
    )


@resolvers.field("Mutation", "reviewDelete")
@mutation
async def review_delete(
    _root: None, info: Info, *, id: str, expected_version: int | None = None
) -> Payload:
    """Deletes anybody's review."""
    position = await (
        graph(info)
        .get(ReviewService)
        .delete(graph(info).ctx, REVIEW_ID.parse(id), expected_version=expected_version)
    )
    return {"deleted": id, "position": position}


def _ratings(context: GraphContext) -> Loader[UUID, ProductRating]:
    queries = context.get(ReviewQueries)

    async def batch(ids: Sequence[UUID]) -> Mapping[UUID, ProductRating | Exception]:
        return {**await queries.ratings(context.ctx, ids)}

    return Loader(batch, missing=NOT_RATED)


def _payload(reviewed: Reviewed) -> Payload:
    return {"review": reviewed.review, "position": reviewed.position}


def _connection(page: Page[Review]) -> Payload:
    pairs = zip(page.cursors, page.items, strict=True)
    return {
        "edges": [{"cursor": cursor, "node": node} for cursor, node in pairs],
        "nodes": page.items,
        "page_info": {
            "has_next_page": page.has_next,
            "has_previous_page": False,
            "start_cursor": page.cursors[0] if page.cursors else None,
            "end_cursor": page.end,
        },
    }
