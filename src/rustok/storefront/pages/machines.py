"""What crawlers read: the sitemap, and robots.txt."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

import msgspec

from rustok.commerce.catalog.types import CategoryView
from rustok.core.context import Context
from rustok.core.documents import Search, Sort
from rustok.core.paging import MAX_PAGE
from rustok.storefront.catalogue import Catalogue
from rustok.storefront.site import Site, category_path, collection_path, product_path
from rustok.storefront.views.head import everywhere, translated

LIMIT = 50_000
"""How many addresses a sitemap may have (sitemaps.org)."""
_OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)


class SitemapProduct(msgspec.Struct, frozen=True, rename="camel"):
    """What the sitemap needs of a product's document."""

    handle: str
    alternates: dict[str, str]


_PRODUCT = msgspec.json.Decoder(SitemapProduct)


def robots(site: Site) -> bytes:
    """Everything may be crawled but endless combinations of filters."""
    lines = (
        "User-agent: *",
        f"Disallow: {site.base_path}/*?*after=",
        f"Disallow: {site.base_path}/*?*min=",
        f"Disallow: {site.base_path}/*?*max=",
        f"Disallow: {site.base_path}/api/",
        "Allow: /",
        "",
        f"Sitemap: {site.origin}{site.base_path}/sitemap.xml",
        "",
    )
    return "\n".join(lines).encode()


async def sitemap(ctx: Context, site: Site, catalogue: Catalogue) -> AsyncIterator[bytes]:
    """Every page in every language, newest products first, as far as a sitemap reaches.

    Each part is sent as soon as it is read: memory stays the same for any catalogue.
    """
    yield _OPENING.encode()
    count = 0
    async for block in _blocks(ctx, site, catalogue):
        count += len(site.tenant.locales)
        if count > LIMIT:
            break
        yield block
    yield b"</urlset>\n"


async def _blocks(ctx: Context, site: Site, catalogue: Catalogue) -> AsyncIterator[bytes]:
    yield _block(site, everywhere(site, "/"))
    if not catalogue.is_open(ctx):
        return
    yield _block(site, everywhere(site, "/collections"))
    for collection in await catalogue.collections(ctx):
        paths = translated(site, collection.handle, collection.alternates, collection_path)
        yield _block(site, paths)
    for category in _walk(await catalogue.tree(ctx)):
        paths = translated(site, category.handle, category.alternates, category_path)
        yield _block(site, paths)
    after: str | None = None
    while True:
        wanted = Search(locale=site.locale, sort=Sort(field="newest"), first=MAX_PAGE, after=after)
        page = (await catalogue.search(ctx, wanted)).page
        for item in page.items:
            product = _PRODUCT.decode(item.body)
            paths = translated(site, product.handle, product.alternates, product_path)
            yield _block(site, paths)
        after = page.end
        if not page.has_next or after is None:
            return


def _walk(tree: Sequence[CategoryView]) -> Iterator[CategoryView]:
    for category in tree:
        yield category
        yield from _walk(category.children)


def _block(site: Site, paths: Mapping[str, str]) -> bytes:
    urls = {locale: site.absolute(path, locale) for locale, path in paths.items()}
    links = ""
    if len(urls) > 1:
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang={quoteattr(locale)} href={quoteattr(url)}/>'
            for locale, url in urls.items()
        )
    return "".join(
        f"<url><loc>{escape(url)}</loc>{links}</url>\n" for url in urls.values()
    ).encode()
