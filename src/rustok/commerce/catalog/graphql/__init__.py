"""Resolvers of the catalogue, registered on import of each part."""

from rustok.commerce.catalog.graphql import group_writes, groups, product_writes, products
from rustok.commerce.catalog.graphql.registry import resolvers

__all__ = ["group_writes", "groups", "product_writes", "products", "resolvers"]
