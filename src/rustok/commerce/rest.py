"""The module's REST routes."""

from rustok.commerce.catalog.rest import ROUTES

__all__ = ["ROUTES"]
