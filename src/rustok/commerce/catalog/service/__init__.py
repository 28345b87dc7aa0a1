"""Use cases that change the catalogue."""

from rustok.commerce.catalog.service.categories import CategoryService
from rustok.commerce.catalog.service.collections import CollectionService
from rustok.commerce.catalog.service.locations import LocationService
from rustok.commerce.catalog.service.products import ProductService
from rustok.commerce.catalog.service.stock import StockService
from rustok.commerce.catalog.service.variants import VariantService

__all__ = [
    "CategoryService",
    "CollectionService",
    "LocationService",
    "ProductService",
    "StockService",
    "VariantService",
]
