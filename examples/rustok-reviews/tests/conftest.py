"""Fixtures: the platform's shipped plugin, a product in the shop, and two who review it."""

from collections.abc import Awaitable, Callable

import pytest

from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import ProductCreate
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.testing.actors import as_actor
from rustok_reviews.permissions import REVIEW_MODERATE, REVIEW_READ
from rustok_reviews.queries import ReviewQueries
from rustok_reviews.service import ReviewService
from rustok_reviews.types import ReviewSubmit

Settle = Callable[[], Awaitable[None]]


@pytest.fixture
async def product(host: Host, ctx: Context, settle: Settle) -> str:
    """The id of a product that anyone can see."""
    given = ProductCreate(title="Oak stool", status="active")
    created = await host.get(ProductService).create(ctx, given)
    await settle()
    return created.product.id


@pytest.fixture
def service(host: Host) -> ReviewService:
    return host.get(ReviewService)


@pytest.fixture
def queries(host: Host) -> ReviewQueries:
    return host.get(ReviewQueries)


@pytest.fixture
def ada(ctx: Context) -> Context:
    """A customer."""
    return as_actor(ctx)


@pytest.fixture
def bob(ctx: Context) -> Context:
    """Another customer."""
    return as_actor(ctx)


@pytest.fixture
def moderator(ctx: Context) -> Context:
    """Staff who moderate."""
    return as_actor(ctx, REVIEW_READ, REVIEW_MODERATE)


@pytest.fixture
def review(product: str) -> ReviewSubmit:
    """What somebody has to say about the product."""
    return ReviewSubmit(
        product_id=product, rating=4, title="Steady", body="Carries me well.", author="A."
    )
