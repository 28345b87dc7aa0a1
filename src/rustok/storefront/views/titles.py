"""Titles of browser tabs and search results."""

from rustok.commerce.catalog.types import SeoView


def titled(text: str, shop: str) -> str:
    """A page's title with the shop's name."""
    return f"{text} · {shop}"


def seo_title(seo: SeoView, own: str, shop: str) -> str:
    """The title somebody wrote for search engines, as it is; else the page's own with the shop."""
    return seo.title if seo.title and seo.title != own else titled(own, shop)
