"""The manifest of the commerce module."""

from rustok.core.modules import Module

MODULE = Module(
    name="commerce",
    version="0.1.0",
    summary="The shop: catalogue of products, prices, stock, categories and collections.",
    requires=("outbox", "index"),
    migrations="rustok.commerce.migrations",
    permissions="rustok.commerce.permissions:PERMISSIONS",
    services="rustok.commerce.service:build",
    rest="rustok.commerce.rest:ROUTES",
    schema="rustok.commerce",
    graphql="rustok.commerce.graphql:resolvers",
    events="rustok.commerce.events:EVENTS",
    projections="rustok.commerce.projections:build",
    repositories=(
        "rustok.commerce.catalog.repository",
        "rustok.commerce.catalog.changes_repository",
        "rustok.commerce.catalog.categories_repository",
        "rustok.commerce.catalog.collections_repository",
        "rustok.commerce.catalog.locations_repository",
        "rustok.commerce.catalog.stock_repository",
    ),
)
