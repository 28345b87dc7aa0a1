"""The front page."""

from rustok.core.documents import Search, Sort, StoredDocument
from rustok.storefront import structured_data
from rustok.storefront.catalogue import Catalogue
from rustok.storefront.richtext import plain, rich
from rustok.storefront.site import category_path, collection_path
from rustok.storefront.theme import localised
from rustok.storefront.views.card import cards
from rustok.storefront.views.head import SharedImage, everywhere, head
from rustok.storefront.views.titles import titled
from rustok.storefront.visit import PageAnswer, Visit

_NEW = 8
_COLLECTIONS = 5


async def home(visit: Visit, catalogue: Catalogue) -> PageAnswer:
    """The shop in short: what it is, its collections, what is new, its departments."""
    site, chrome, default = visit.site, visit.chrome, visit.site.tenant.default_locale
    newest = Search(locale=site.locale, sort=Sort(field="newest"), first=_NEW)
    new: tuple[StoredDocument, ...] = ()
    if catalogue.is_open(visit.ctx):
        new = (await catalogue.search(visit.ctx, newest)).page.items
    about = localised(chrome.theme.about, site.locale, default)
    hero = chrome.theme.hero
    name = site.tenant.name
    return PageAnswer(
        template="home.html",
        head=head(
            site,
            title=titled(chrome.tagline, name) if chrome.tagline else name,
            description=plain(about, 160) or chrome.tagline or name,
            paths=everywhere(site, "/"),
            image=None
            if hero is None
            else SharedImage(site.url(hero.url), localised(hero.alt, site.locale, default)),
            data=(structured_data.organization(site, chrome.theme), structured_data.website(site)),
        ),
        values={
            "hero": hero,
            "hero_alt": "" if hero is None else localised(hero.alt, site.locale, default),
            "tagline": chrome.tagline or name,
            "cards": cards(new, site, visit.words),
            "collections": [
                (collection, site.path(collection_path(collection.handle)))
                for collection in chrome.collections[:_COLLECTIONS]
            ],
            "has_more_collections": len(chrome.collections) > _COLLECTIONS,
            "departments": [
                (
                    category.title,
                    site.path(category_path(category.handle)),
                    [child.title for child in category.children],
                )
                for category in chrome.tree
            ],
            "about": rich(about) if about else None,
        },
    )
