"""Pages that list products: a category, a collection, the search; and the list of collections."""

from collections.abc import Callable, Mapping

from rustok.commerce.catalog.types import CategoryView, CollectionView, GroupRef
from rustok.storefront import structured_data
from rustok.storefront.catalogue import Catalogue
from rustok.storefront.chrome import Chrome
from rustok.storefront.filters import FACETS, OPTIONS, Filters, parse
from rustok.storefront.richtext import plain, rich
from rustok.storefront.site import category_path, collection_path
from rustok.storefront.views.facets import Titles
from rustok.storefront.views.head import Head, SharedImage, everywhere, head, translated
from rustok.storefront.views.listing import Listing, listing
from rustok.storefront.views.product import Link
from rustok.storefront.views.titles import seo_title, titled
from rustok.storefront.visit import REVALIDATE, PageAnswer, Visit


async def category(visit: Visit, catalogue: Catalogue, handle: str) -> PageAnswer:
    """A category with the products of its whole branch."""
    site = visit.site
    found = visit.chrome.by_handle.get(handle) or await catalogue.category(visit.ctx, handle)
    shown, filters = await _list(
        visit, catalogue, site.path(category_path(handle)), {"category": found.id}
    )
    trail = _trail(visit, found.path)
    return PageAnswer(
        template="category.html",
        head=_group_head(visit, found, category_path, filters, trail, None),
        values={
            "listing": shown,
            "title": found.title,
            "description": rich(found.description_html),
            "trail": trail[:-1],
            "children": [
                Link(child.title, site.path(category_path(child.handle)))
                for child in found.children
            ],
        },
    )


async def collection(visit: Visit, catalogue: Catalogue, handle: str) -> PageAnswer:
    """A collection."""
    site = visit.site
    known = {collection.handle: collection for collection in visit.chrome.collections}
    found = known.get(handle) or await catalogue.collection(visit.ctx, handle)
    shown, filters = await _list(
        visit, catalogue, site.path(collection_path(handle)), {"collection": found.id}
    )
    trail = (
        Link(visit.words("home"), site.path("/")),
        Link(visit.words("collections"), site.path("/collections")),
        Link(found.title, site.path(collection_path(handle))),
    )
    image = found.image
    shared = None if image is None else SharedImage(site.url(image.url), image.alt)
    return PageAnswer(
        template="collection.html",
        head=_group_head(visit, found, collection_path, filters, trail, shared),
        values={
            "listing": shown,
            "title": found.title,
            "description": rich(found.description_html),
            "trail": trail[:-1],
            "image": image,
        },
    )


async def collections(visit: Visit) -> PageAnswer:
    """Every collection."""
    site, words = visit.site, visit.words
    return PageAnswer(
        template="collections.html",
        head=head(
            site,
            title=titled(words("collections"), site.tenant.name),
            description=words("collections.description", shop=site.tenant.name),
            paths=everywhere(site, "/collections"),
        ),
        values={
            "trail": (Link(words("home"), site.path("/")),),
            "collections": [
                (
                    found,
                    site.path(collection_path(found.handle)),
                    plain(found.description_html, 140),
                )
                for found in visit.chrome.collections
            ],
        },
    )


async def search(visit: Visit, catalogue: Catalogue) -> PageAnswer:
    """Everything, narrowed by words and filters."""
    site, words = visit.site, visit.words
    shown, filters = await _list(visit, catalogue, site.path("/search"), {})
    title = words("search.title.query", q=filters.text) if filters.text else words("search.title")
    return PageAnswer(
        template="search.html",
        head=head(
            site,
            title=titled(title, site.tenant.name),
            description=words("search.description", shop=site.tenant.name),
            paths=everywhere(site, "/search"),
            indexed=not visit.query,
        ),
        values={"listing": shown, "title": title},
        cache_control=REVALIDATE,
        query=filters.text,
    )


async def _list(
    visit: Visit, catalogue: Catalogue, path: str, fixed: Mapping[str, str]
) -> tuple[Listing, Filters]:
    site = visit.site
    filters = parse(visit.query, site.tenant.currency)
    counted = [*(name for name in FACETS if name not in fixed), OPTIONS]
    result = await catalogue.search(visit.ctx, filters.search(site.locale, fixed, counted))
    titles = _titles(visit.chrome, filters)
    return listing(result, filters, path, site, visit.words, titles), filters


def _titles(chrome: Chrome, filters: Filters) -> Titles:
    """What is shown of facets that are ids; of the categories those at the root and the chosen."""
    shown = {root.id for root in chrome.tree} | set(filters.chosen.get("category", ()))
    every = chrome.titles["category"]
    return {**chrome.titles, "category": {key: every[key] for key in shown if key in every}}


def _group_head(
    visit: Visit,
    group: CategoryView | CollectionView,
    path_of: Callable[[str], str],
    filters: Filters,
    trail: tuple[Link, ...],
    image: SharedImage | None,
) -> Head:
    site = visit.site
    steps = [(step.text, site.origin + step.href) for step in trail]
    return head(
        site,
        title=seo_title(group.seo, group.title, site.tenant.name),
        description=group.seo.description or plain(group.description_html, 160),
        paths=translated(site, group.handle, group.alternates, path_of),
        indexed=filters == Filters(),
        image=image,
        data=(structured_data.breadcrumbs(steps),),
    )


def _trail(visit: Visit, path: tuple[GroupRef, ...]) -> tuple[Link, ...]:
    site = visit.site
    return (
        Link(visit.words("home"), site.path("/")),
        *(Link(step.title, site.path(category_path(step.handle))) for step in path),
    )
