"""A batch of products as one transaction: made, changed, and put into their status."""

from collections.abc import Iterable, Iterator, Sequence

from rustok.app.imports.errors import LineError
from rustok.app.imports.shopify.keeping import changes
from rustok.app.imports.shopify.product import FileProduct
from rustok.app.imports.shopify.report import Counts
from rustok.app.transaction import Transaction
from rustok.commerce.catalog import repository, store
from rustok.commerce.catalog.product import Product
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import PRODUCT_ID, BulkResult, ProductChange
from rustok.core.context import Context
from rustok.core.host import Host

MAX_PRODUCTS = 100
MAX_VARIANTS = 1_000

Batch = Sequence[FileProduct]


def batches(products: Iterable[FileProduct]) -> Iterator[Batch]:
    """The products in the file's order, as many at once as one transaction takes."""
    batch: list[FileProduct] = []
    variants = 0
    for product in products:
        batch.append(product)
        variants += len(product.variant_lines)
        if len(batch) == MAX_PRODUCTS or variants >= MAX_VARIANTS:
            yield batch
            batch, variants = [], 0
    if batch:
        yield batch


class BatchWriter:
    """Writes batches for a tenant."""

    def __init__(self, host: Host, ctx: Context, *, publish: bool) -> None:
        self._db = host.db
        self._service = host.get(ProductService)
        self._ctx = ctx
        self._publish = publish

    async def write(self, batch: Batch, counts: Counts, *, keep: bool) -> list[LineError]:
        """Writes the batch whole, or nothing of it where something is wrong, which is returned.

        Without `keep`, the database looks at everything and nothing stays.
        """
        async with Transaction(self._db, self._ctx) as transaction:
            errors = await self._apply(transaction.ctx, batch, counts)
            if keep and not errors:
                await transaction.commit()
        return errors

    async def _apply(self, ctx: Context, batch: Batch, counts: Counts) -> list[LineError]:
        present = await self._present(ctx, [product.handle for product in batch])
        new = [product for product in batch if product.handle not in present]
        old = [product for product in batch if product.handle in present]
        errors = await self._create(ctx, new, counts)
        errors += await self._update(ctx, old, present, counts)
        return errors

    async def _present(self, ctx: Context, handles: Sequence[str]) -> dict[str, Product]:
        """The products that have these handles, locked."""
        async with self._db.write(ctx) as session:
            found = await session.all(repository.HANDLES, handles=list(handles))
            products = await store.lock(session, [row.product_id for row in found])
        return {row.handle: products[row.product_id] for row in found if row.product_id in products}

    async def _create(self, ctx: Context, new: Batch, counts: Counts) -> list[LineError]:
        if not new:
            return []
        given = [
            product.creation("active" if self._publish and product.status == "active" else "draft")
            for product in new
        ]
        result = await self._service.create_many(ctx, given)
        for product, item in zip(new, result.items, strict=True):
            if item.product is not None:
                counts.created += 1
                if product.status == "archived":
                    await self._service.archive(ctx, item.product.id)
        return _errors(new, result)

    async def _update(
        self, ctx: Context, old: Batch, present: dict[str, Product], counts: Counts
    ) -> list[LineError]:
        if not old:
            return []
        given = [
            ProductChange(
                id=PRODUCT_ID.text(present[product.handle].id),
                changes=changes(present[product.handle], product.given, ctx.tenant),
            )
            for product in old
        ]
        result = await self._service.update_many(ctx, given)
        for product, item in zip(old, result.items, strict=True):
            if item.product is None:
                continue
            before = present[product.handle]
            has_stepped = await self._step(ctx, product, before)
            if has_stepped or item.product.version != before.version:
                counts.updated += 1
            else:
                counts.unchanged += 1
        return _errors(old, result)

    async def _step(self, ctx: Context, product: FileProduct, before: Product) -> bool:
        """Whether the status had to change."""
        if product.status == before.status:
            return False
        if product.status == "archived":
            await self._service.archive(ctx, PRODUCT_ID.text(before.id))
            return True
        if product.status == "active" and self._publish:
            await self._service.publish(ctx, PRODUCT_ID.text(before.id))
            return True
        return False


def _errors(batch: Batch, result: BulkResult) -> list[LineError]:
    return [
        product.located(error)
        for product, item in zip(batch, result.items, strict=True)
        for error in item.errors
    ]
