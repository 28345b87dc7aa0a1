"""The services of the commerce module."""

from rustok.commerce.catalog.changed import ChangedProducts
from rustok.commerce.catalog.editing import Editor
from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.service import (
    CategoryService,
    CollectionService,
    LocationService,
    ProductService,
    StockService,
    VariantService,
)
from rustok.core.cache import Caches
from rustok.core.documents import DocumentIndex
from rustok.core.host import Host


def build(host: Host) -> dict[str, object]:
    """The services by the names that handlers ask for."""
    editor = Editor(host.db, host.clock, host.ids)
    caches = host.get(Caches)
    queries = CatalogQueries(host.db, host.get(DocumentIndex), caches)
    return {
        "product_service": ProductService(editor),
        "variant_service": VariantService(editor),
        "stock_service": StockService(editor),
        "location_service": LocationService(editor),
        "category_service": CategoryService(editor),
        "collection_service": CollectionService(editor),
        "catalog_queries": queries,
        "changed_products": ChangedProducts(queries, caches),
    }
