"""Customers write and change their own reviews, staff decide, ratings follow."""

from collections.abc import Awaitable, Callable

import asyncpg
import msgspec
import pytest

from rustok.app.bootstrap import open_host
from rustok.app.settings import load
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import PRODUCT_ID
from rustok.commerce.errors import ProductNotFound
from rustok.core.context import Context
from rustok.core.errors import Forbidden, PreconditionFailed, Unauthenticated
from rustok.core.host import Host
from rustok.core.paging import InvalidCursor
from rustok.testing.actors import as_actor, as_anonymous
from rustok.testing.databases import SECRET, TestDatabase
from rustok_reviews.domain import NOT_RATED
from rustok_reviews.errors import AlreadyReviewed, InvalidReviewStatus, ReviewNotFound
from rustok_reviews.permissions import REVIEW_READ
from rustok_reviews.queries import ReviewQueries
from rustok_reviews.service import ReviewService
from rustok_reviews.types import REVIEW_ID, ReviewSubmit, ReviewUpdate

Settle = Callable[[], Awaitable[None]]


async def names(database: TestDatabase) -> list[str]:
    """The names of all facts about reviews, in order."""
    connection = await asyncpg.connect(database.owner_url)
    rows = await connection.fetch(
        "SELECT name FROM sys_events WHERE aggregate = 'review' ORDER BY insert_order"
    )
    await connection.close()
    return [row["name"] for row in rows]


async def test_a_review_is_read_by_all_once_it_is_approved(
    service: ReviewService,
    queries: ReviewQueries,
    database: TestDatabase,
    ada: Context,
    moderator: Context,
    review: ReviewSubmit,
) -> None:
    product_id = PRODUCT_ID.parse(review.product_id)
    visitor = as_anonymous(ada)
    written = (await service.submit(ada, review)).review

    assert written.status == "pending"
    assert (await queries.of_product(visitor, product_id, first=None, after=None)).items == ()
    assert (await queries.mine(ada, first=None, after=None)).items == (written,)
    assert (await queries.all(moderator, "pending", first=None, after=None)).items == (written,)

    shown = (await service.moderate(moderator, REVIEW_ID.parse(written.id), "approved")).review

    assert (await queries.of_product(visitor, product_id, first=None, after=None)).items == (shown,)
    assert (shown.status, shown.version) == ("approved", 2)
    assert await names(database) == ["review.submitted", "review.approved"]


async def test_a_product_is_reviewed_once_by_each(
    service: ReviewService, ada: Context, bob: Context, review: ReviewSubmit
) -> None:
    await service.submit(ada, review)
    await service.submit(bob, review)

    with pytest.raises(AlreadyReviewed):
        await service.submit(ada, review)


async def test_what_is_not_in_the_shop_is_not_reviewed(
    host: Host, service: ReviewService, ada: Context, review: ReviewSubmit
) -> None:
    unknown = msgspec.structs.replace(review, product_id=PRODUCT_ID.text(host.ids.new()))

    with pytest.raises(ProductNotFound):
        await service.submit(ada, unknown)


async def test_a_changed_review_is_moderated_again(
    service: ReviewService, ada: Context, moderator: Context, review: ReviewSubmit
) -> None:
    review_id = REVIEW_ID.parse((await service.submit(ada, review)).review.id)
    await service.moderate(moderator, review_id, "approved")

    changed = (await service.update(ada, review_id, ReviewUpdate(rating=2))).review

    assert (changed.status, changed.rating, changed.title) == ("pending", 2, "Steady")
    with pytest.raises(PreconditionFailed):
        await service.update(ada, review_id, ReviewUpdate(rating=3), expected_version=1)
    await service.moderate(moderator, review_id, "rejected", expected_version=changed.version)
    with pytest.raises(InvalidReviewStatus):
        await service.moderate(moderator, review_id, "rejected")


async def test_another_customer_does_not_find_it(
    service: ReviewService, ada: Context, bob: Context, other_ctx: Context, review: ReviewSubmit
) -> None:
    review_id = REVIEW_ID.parse((await service.submit(ada, review)).review.id)

    for stranger in (bob, as_actor(other_ctx, user_id=ada.actor.user_id)):
        with pytest.raises(ReviewNotFound):
            await service.update(stranger, review_id, ReviewUpdate(rating=1))
        with pytest.raises(ReviewNotFound):
            await service.delete_own(stranger, review_id)


async def test_moderating_needs_its_permission(
    service: ReviewService, queries: ReviewQueries, ada: Context, ctx: Context, review: ReviewSubmit
) -> None:
    review_id = REVIEW_ID.parse((await service.submit(ada, review)).review.id)
    reader = as_actor(ctx, REVIEW_READ)

    for caller, error in ((reader, Forbidden), (as_anonymous(ctx), Unauthenticated)):
        with pytest.raises(error):
            await service.moderate(caller, review_id, "approved")
        with pytest.raises(error):
            await service.delete(caller, review_id)
    with pytest.raises(Forbidden):
        await queries.all(ada, first=None, after=None)
    with pytest.raises(Unauthenticated):
        await service.submit(as_anonymous(ctx), review)


async def test_pages_follow_each_other(
    service: ReviewService, queries: ReviewQueries, ctx: Context, review: ReviewSubmit
) -> None:
    written = [(await service.submit(as_actor(ctx), review)).review.id for _ in range(5)]
    seen: list[str] = []
    after = None

    for has_next in (True, True, False):
        page = await queries.all(ctx, first=2, after=after)
        seen += [item.id for item in page.items]
        after = page.end
        assert page.has_next is has_next

    assert seen == written[::-1]
    with pytest.raises(InvalidCursor):
        await queries.all(ctx, first=2, after="x")


async def test_a_rating_sums_up_what_is_approved(
    service: ReviewService,
    queries: ReviewQueries,
    ctx: Context,
    moderator: Context,
    review: ReviewSubmit,
    settle: Settle,
) -> None:
    product_id = PRODUCT_ID.parse(review.product_id)
    assert await queries.rating(ctx, product_id) == NOT_RATED
    written = []
    for stars in (5, 4, 4, 1):
        given = msgspec.structs.replace(review, rating=stars)
        written.append(REVIEW_ID.parse((await service.submit(as_actor(ctx), given)).review.id))
    for review_id in written[:3]:
        await service.moderate(moderator, review_id, "approved")
    await settle()

    rating = await queries.rating(ctx, product_id)

    assert (rating.count, rating.average) == (3, 4.33)
    assert [item.count for item in rating.distribution] == [1, 2, 0, 0, 0]

    await service.delete(moderator, written[0])
    await service.moderate(moderator, written[1], "rejected")
    await settle()

    assert (await queries.rating(ctx, product_id)).average == 4.0


async def test_a_deleted_product_takes_its_reviews_along(
    host: Host,
    service: ReviewService,
    queries: ReviewQueries,
    database: TestDatabase,
    ctx: Context,
    ada: Context,
    review: ReviewSubmit,
    settle: Settle,
) -> None:
    await service.submit(ada, review)

    await host.get(ProductService).delete(ctx, review.product_id)
    await settle()

    assert (await queries.mine(ada, first=None, after=None)).items == ()
    assert await queries.rating(ctx, PRODUCT_ID.parse(review.product_id)) == NOT_RATED
    assert await names(database) == ["review.submitted", "review.deleted"]


async def test_reviews_are_shown_at_once_where_the_shop_wants_it(
    database: TestDatabase, ada: Context, review: ReviewSubmit
) -> None:
    environ = {"SECRET_KEY": SECRET, "RUSTOK_REVIEWS__AUTO_APPROVE": "true"}
    config = load(environ, database.modules)
    async with open_host(
        config, database.modules, database.urls, SECRET, workers=False
    ) as trusting:
        written = (await trusting.get(ReviewService).submit(ada, review)).review

    assert written.status == "approved"
    assert await names(database) == ["review.submitted", "review.approved"]
