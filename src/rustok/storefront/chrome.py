"""What surrounds every page of a shop: colours, navigation, footer; kept for a few seconds."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

import msgspec
from markupsafe import Markup

from rustok.commerce.catalog.types import CategoryView, CollectionView
from rustok.core.cache import Caches, LoadingCache
from rustok.core.context import Context
from rustok.storefront.catalogue import Catalogue
from rustok.storefront.formats import language
from rustok.storefront.site import Site, category_path, collection_path
from rustok.storefront.templating import Templates
from rustok.storefront.theme import Theme, localised, palette, theme_of
from rustok.storefront.views.product import Link
from rustok.storefront.wording import wording

_SECONDS = 3.0
_SHOPS = 500
_IN_FOOTER = 6


class Chrome(msgspec.Struct, frozen=True, kw_only=True):
    """Ready parts of a tenant's pages in one locale, and the groups they were made of."""

    theme: Theme
    tagline: str
    style: Markup
    policy: str
    navigation: Markup
    footer: Markup
    ground: str
    ground_dark: str
    logo: str | None
    icon: str | None
    tree: tuple[CategoryView, ...]
    collections: tuple[CollectionView, ...]
    by_handle: dict[str, CategoryView]
    titles: dict[str, dict[str, str]]


class Surroundings:
    """Makes chromes and keeps them."""

    def __init__(self, catalogue: Catalogue, templates: Templates, caches: Caches) -> None:
        self._catalogue = catalogue
        self._templates = templates
        self._kept: LoadingCache[tuple[object, ...], Chrome] = caches.loading(
            "storefront_chrome", entries=_SHOPS, seconds=_SECONDS
        )

    async def of(self, ctx: Context, site: Site) -> Chrome:
        """The chrome of a site."""

        async def load(_: tuple[object, ...]) -> Chrome:
            tree = tuple(await self._catalogue.tree(ctx))
            return self._make(site, tree, tuple(await self._catalogue.collections(ctx)))

        return await self._kept.get((site.tenant.id, site.locale, site.base_path), load)

    def bare(self, site: Site) -> Chrome:
        """The chrome without anything that must be read, for when reading fails."""
        return self._make(site, (), ())

    def _make(
        self,
        site: Site,
        tree: tuple[CategoryView, ...],
        collections: tuple[CollectionView, ...],
    ) -> Chrome:
        theme = theme_of(site.tenant)
        tagline = localised(theme.tagline, site.locale, site.tenant.default_locale)
        colours = palette(theme)
        style = self._templates.fragment("parts/palette.css.html", {"colours": colours})
        values = {
            "site": site,
            "t": wording(site.locale),
            "tree": [_link(site, category) for category in tree],
            "collections": [
                Link(collection.title, site.path(collection_path(collection.handle)))
                for collection in collections[:_IN_FOOTER]
            ],
            "tagline": tagline,
            "has_about": bool(theme.about),
            "languages": [
                (locale, language(locale), site.path("/", locale)) for locale in site.tenant.locales
            ],
        }
        nodes = list(_walk(tree))
        return Chrome(
            theme=theme,
            tagline=tagline,
            style=style,
            policy=_policy(style),
            navigation=self._templates.fragment("parts/navigation.html", values),
            footer=self._templates.fragment("parts/footer.html", values),
            ground=colours.ground,
            ground_dark=colours.ground_dark,
            logo=None if theme.logo is None else theme.logo.url,
            icon=None if theme.favicon is None else theme.favicon.url,
            tree=tree,
            collections=collections,
            by_handle={node.handle: node for node in nodes},
            titles=_titles(nodes, collections),
        )


def _titles(
    nodes: Sequence[CategoryView], collections: Sequence[CollectionView]
) -> dict[str, dict[str, str]]:
    return {
        "category": {node.id: node.title for node in nodes},
        "collection": {collection.id: collection.title for collection in collections},
    }


def _link(site: Site, category: CategoryView) -> Mapping[str, object]:
    return {
        "text": category.title,
        "href": site.path(category_path(category.handle)),
        "children": [_link(site, child) for child in category.children],
    }


def _walk(tree: Sequence[CategoryView]) -> Iterator[CategoryView]:
    for category in tree:
        yield category
        yield from _walk(category.children)


def _policy(style: str) -> str:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src 'self' https:; script-src 'self'; font-src 'self'; "
        f"style-src 'self' 'sha256-{digest}'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
