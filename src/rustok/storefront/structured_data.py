"""Data for machines about a page (schema.org as JSON-LD)."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from markupsafe import Markup

from rustok.commerce.catalog.types import ProductDocument, VariantView
from rustok.storefront.richtext import plain
from rustok.storefront.site import Site, product_path
from rustok.storefront.theme import Theme

Data = dict[str, Any]
_CONTEXT = "https://schema.org"


def script(data: Data) -> Markup:
    """The data as the content of a script element, which nothing in it can end."""
    text = msgspec.json.encode(data).decode()
    # replace() costs far less here than translate() with a table
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(text)  # noqa: S704  # no angle bracket is left


def organization(site: Site, theme: Theme) -> Data:
    """The shop itself."""
    data = {
        "@context": _CONTEXT,
        "@type": "Organization",
        "name": site.tenant.name,
        "url": site.absolute("/", site.tenant.default_locale),
    }
    if theme.logo is not None:
        data["logo"] = site.url(theme.logo.url)
    return data


def website(site: Site) -> Data:
    """The shop's pages, and how they are searched."""
    target = site.absolute("/search") + "?q={search_term_string}"
    return {
        "@context": _CONTEXT,
        "@type": "WebSite",
        "name": site.tenant.name,
        "url": site.absolute("/"),
        "inLanguage": site.locale,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": target},
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(steps: Iterable[tuple[str, str]]) -> Data:
    """A path of pages, each a title with its whole URL."""
    return {
        "@context": _CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": title, "item": url}
            for number, (title, url) in enumerate(steps, start=1)
        ],
    }


def item_list(urls: Sequence[str]) -> Data:
    """The products of a list, in order."""
    return {
        "@context": _CONTEXT,
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "url": url}
            for number, url in enumerate(urls, start=1)
        ],
    }


def product(document: ProductDocument, site: Site) -> Data:
    """A product with an offer per variant that has a price."""
    url = site.absolute(product_path(document.handle))
    data: Data = {
        "@context": _CONTEXT,
        "@type": "Product",
        "name": document.title,
        "description": document.seo.description or plain(document.description_html),
        "url": url,
        "productID": document.id,
    }
    if document.images:
        data["image"] = [site.url(image.url) for image in document.images]
    if document.vendor:
        data["brand"] = {"@type": "Brand", "name": document.vendor}
    if document.category is not None:
        data["category"] = " > ".join(step.title for step in document.category.path)
    if len(document.variants) == 1 and document.variants[0].sku:
        data["sku"] = document.variants[0].sku
    offers = [_offer(variant, url) for variant in document.variants if variant.price is not None]
    if offers:
        data["offers"] = offers
    return data


def _offer(variant: VariantView, url: str) -> Data:
    assert variant.price is not None
    offer: Data = {
        "@type": "Offer",
        "url": f"{url}?variant={variant.id}",
        "price": variant.price.amount,
        "priceCurrency": variant.price.currency,
        "availability": f"{_CONTEXT}/{'InStock' if variant.available else 'OutOfStock'}",
        "itemCondition": f"{_CONTEXT}/NewCondition",
    }
    if variant.sku:
        offer["sku"] = variant.sku
    return offer
