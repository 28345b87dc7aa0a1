"""Files to import, and the tenant's products read back from the tables."""

import tempfile
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, BinaryIO

import pytest

from rustok.app.imports.shopify import ImportOptions, ImportReport, import_products
from rustok.commerce.catalog import repository, store
from rustok.commerce.catalog.product import Product
from rustok.core.context import Context
from rustok.core.host import Host

Import = Callable[..., Awaitable[ImportReport]]
Read = Callable[[], Awaitable[dict[str, Product]]]


async def products_of(host: Host, ctx: Context) -> dict[str, Product]:
    """Every product of the tenant by its handle in the default locale."""
    async with host.db.read(ctx) as session:
        ids = await session.all(repository.NEXT_IDS, after=None, count=10_000)
        found = await store.load(session, ids)
    locale = ctx.tenant.default_locale
    return {product.texts(locale, locale).handle: product for product in found.values()}


@pytest.fixture
def stored(host: Host, ctx: Context) -> Read:
    """Reads the tenant's products."""
    return lambda: products_of(host, ctx)


@pytest.fixture
def run(host: Host, ctx: Context) -> Import:
    """Imports text or bytes for the tenant."""

    async def imported(content: str | bytes, **options: Any) -> ImportReport:
        with file_of(content) as file:
            return await import_products(host, ctx, file, ImportOptions(**options))

    return imported


def file_of(content: str | bytes) -> BinaryIO:
    """A file on disk with this content."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by whoever asked for it
    file.write(content.encode() if isinstance(content, str) else content)
    file.seek(0)
    return file


def csv_of(columns: Sequence[str], *rows: Sequence[str]) -> str:
    """A CSV file of plain fields."""
    return "".join(",".join(fields) + "\n" for fields in (columns, *rows))
