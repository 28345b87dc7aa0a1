"""The projections of the commerce module."""

from rustok.commerce.catalog.projections import ProductProjection
from rustok.core.host import Host


def build(_host: Host) -> list[ProductProjection]:
    """The projections that the index runs."""
    return [ProductProjection()]
