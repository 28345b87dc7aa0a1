"""The module's resolvers."""

from rustok.commerce.catalog.graphql import resolvers

__all__ = ["resolvers"]
