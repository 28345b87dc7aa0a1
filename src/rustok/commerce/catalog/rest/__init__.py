"""REST routes of the catalogue."""

from rustok.commerce.catalog.rest import (
    admin_categories,
    admin_collections,
    admin_products,
    admin_stock,
    store,
)

ROUTES = (
    *store.ROUTES,
    *admin_products.ROUTES,
    *admin_stock.ROUTES,
    *admin_categories.ROUTES,
    *admin_collections.ROUTES,
)
