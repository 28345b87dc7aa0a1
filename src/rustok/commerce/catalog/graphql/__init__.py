"""Resolvers of the catalogue, registered on import of each part."""

from rustok.commerce.catalog.graphql import (
    changes,
    group_writes,
    groups,
    product_writes,
    products,
)
from rustok.commerce.catalog.graphql.registry import resolvers

__all__ = ["changes", "group_writes", "groups", "product_writes", "products", "resolvers"]
