"""The module is what every module must be: the suite that ships with the platform says so."""

from rustok.app.workers import all_workers
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import ProductCreate
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.testing.actors import as_actor
from rustok.testing.conformance import ModuleConformance
from rustok_reviews.module import MODULE
from rustok_reviews.service import ReviewService
from rustok_reviews.types import REVIEW_ID, ReviewSubmit


class TestReviews(ModuleConformance):
    module = MODULE

    async def populate(self, host: Host, ctx: Context) -> None:
        """Two products, one of them reviewed by three."""
        for title in ("Oak stool", "Ash stool"):
            given = ProductCreate(title=title, status="active")
            created = await host.get(ProductService).create(ctx, given)
        await all_workers(host).settle()
        service = host.get(ReviewService)
        for stars in (5, 4, 1):
            given_review = ReviewSubmit(
                product_id=created.product.id, rating=stars, title="So it is", author="A."
            )
            written = await service.submit(as_actor(ctx), given_review)
            await service.moderate(ctx, REVIEW_ID.parse(written.review.id), "approved")
