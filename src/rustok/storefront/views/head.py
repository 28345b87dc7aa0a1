"""What stands in a page's head: titles, addresses in every language, data for machines."""

from collections.abc import Callable, Mapping

import msgspec
from markupsafe import Markup

from rustok.storefront.formats import language
from rustok.storefront.site import Site
from rustok.storefront.structured_data import Data, script


class Alternate(msgspec.Struct, frozen=True):
    """The same page in another language; `tag` is a BCP 47 tag or `x-default`."""

    tag: str
    url: str


class LanguageLink(msgspec.Struct, frozen=True):
    """An entry of the language switch."""

    tag: str
    name: str
    href: str
    current: bool


class SharedImage(msgspec.Struct, frozen=True):
    """The picture that goes with a shared link; a whole URL."""

    url: str
    alt: str


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The head of one page; `canonical` is None where the page is not to be indexed."""

    title: str
    description: str
    canonical: str | None
    alternates: tuple[Alternate, ...]
    languages: tuple[LanguageLink, ...]
    kind: str
    image: SharedImage | None
    data: tuple[Markup, ...]


def head(
    site: Site,
    *,
    title: str,
    description: str,
    paths: Mapping[str, str],
    indexed: bool = True,
    kind: str = "website",
    image: SharedImage | None = None,
    data: tuple[Data, ...] = (),
) -> Head:
    """The head of a page; `paths` has its path in every locale it is translated into.

    In the tenant's other locales the page is there, too, with the default locale's texts and
    path; the translated original is then its canonical address.
    """
    return Head(
        title=title,
        description=description,
        canonical=_canonical(site, paths) if indexed else None,
        alternates=_alternates(site, paths) if indexed else (),
        languages=_languages(site, paths),
        kind=kind,
        image=image,
        data=tuple(script(item) for item in data),
    )


def everywhere(site: Site, path: str) -> dict[str, str]:
    """The paths of a page that is at the same place in every language."""
    return dict.fromkeys(site.tenant.locales, path)


def translated(
    site: Site, handle: str, alternates: Mapping[str, str], path_of: Callable[[str], str]
) -> dict[str, str]:
    """The paths in those languages that a thing is translated into and the tenant offers."""
    default = site.tenant.default_locale
    handles = {default: handle} if default not in alternates else {}
    handles.update((tag, alternates[tag]) for tag in site.tenant.locales if tag in alternates)
    return {tag: path_of(found) for tag, found in handles.items()}


def _canonical(site: Site, paths: Mapping[str, str]) -> str:
    default = site.tenant.default_locale
    locale = site.locale if site.locale in paths else default
    return site.absolute(paths[locale], locale)


def _alternates(site: Site, paths: Mapping[str, str]) -> tuple[Alternate, ...]:
    if len(site.tenant.locales) == 1:
        return ()
    found = [Alternate(locale, site.absolute(path, locale)) for locale, path in paths.items()]
    default = site.tenant.default_locale
    if default in paths:
        found.append(Alternate("x-default", site.absolute(paths[default], default)))
    return tuple(found)


def _languages(site: Site, paths: Mapping[str, str]) -> tuple[LanguageLink, ...]:
    if len(site.tenant.locales) == 1:
        return ()
    fallback = paths.get(site.tenant.default_locale, "/")
    return tuple(
        LanguageLink(
            tag, language(tag), site.path(paths.get(tag, fallback), tag), tag == site.locale
        )
        for tag in site.tenant.locales
    )
