"""Shopify's product CSV: read as a stream, checked as a whole, then imported in batches."""

from rustok.app.imports.shopify.importer import Progress, import_products
from rustok.app.imports.shopify.report import ImportOptions, ImportReport

__all__ = ["ImportOptions", "ImportReport", "Progress", "import_products"]
