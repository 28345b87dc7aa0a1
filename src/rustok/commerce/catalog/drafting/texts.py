"""Texts per locale: of products, and of categories and collections alike."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from rustok.commerce.catalog import domain
from rustok.commerce.catalog.handles import is_handle, made
from rustok.commerce.catalog.problems import Path, Problems
from rustok.commerce.catalog.product import Translation
from rustok.commerce.catalog.types.inputs import LocalText, Seo, TranslationInput
from rustok.core.context import TenantRef
from rustok.core.rich_text import sanitise

T = TypeVar("T")


class Texts(msgspec.Struct, frozen=True):
    """Translations; the locales whose handle was made; where in the input each locale stands."""

    translations: tuple[Translation, ...]
    made: frozenset[str]
    paths: dict[str, Path]


class Owner(msgspec.Struct, frozen=True):
    """What the texts belong to: for handles of titles that have no letter to keep."""

    id: UUID
    kind: str


def chosen(given: T | UnsetType, present: T) -> T:
    """What is given, or what is there."""
    return present if isinstance(given, UnsetType) else given


def texts(
    tenant: TenantRef,
    owner: Owner,
    present: Sequence[Translation],
    given: Sequence[TranslationInput],
    problems: Problems,
    *,
    removed: Sequence[str] = (),
) -> Texts:
    """The translations after a change; `given` begins with the default locale's texts."""
    found = {text.locale: text for text in present}
    handles: set[str] = set()
    paths: dict[str, Path] = {}
    for number, locale in enumerate(removed):
        if locale == tenant.default_locale or found.pop(locale, None) is None:
            problems.add(
                "UNKNOWN_LOCALE", "There is no such translation.", "removeTranslations", number
            )
    for number, patch in enumerate(given):
        path: Path = ("translations", number - 1) if number else ()
        seen = [other.locale for other in given[:number]]
        if not number or known_locale(tenant, patch.locale, seen, problems, *path, "locale"):
            text, was_made = _changed(owner, found.get(patch.locale), patch, problems, path)
            found[patch.locale], paths[patch.locale] = text, path
            if was_made:
                handles.add(patch.locale)
    ordered = tuple(found[locale] for locale in sorted(found))
    return Texts(ordered, frozenset(handles), paths)


def known_locale(
    tenant: TenantRef, locale: str, seen: Sequence[str], problems: Problems, *path: str | int
) -> bool:
    """Whether the tenant has the locale, and it was not named before."""
    if locale not in tenant.locales:
        problems.add("UNKNOWN_LOCALE", "The tenant does not have this locale.", *path)
        return False
    if locale in seen:
        problems.add("DUPLICATE", "This locale is already named.", *path)
        return False
    return True


def names(
    tenant: TenantRef,
    text: str,
    translations: Sequence[LocalText],
    problems: Problems,
    path: Path,
    *,
    most: int,
) -> dict[str, str]:
    """A short text by locale."""
    found = {tenant.default_locale: text}
    for number, item in enumerate(translations):
        here = (*path, "translations", number)
        if known_locale(tenant, item.locale, list(found), problems, *here, "locale"):
            found[item.locale] = problems.text(item.text, *here, "text", most=most)
    return found


def _changed(
    owner: Owner,
    present: Translation | None,
    patch: TranslationInput,
    problems: Problems,
    path: Path,
) -> tuple[Translation, bool]:
    old = present or Translation(patch.locale, "", "")
    title = chosen(patch.title, old.title)
    problems.text(title, *path, "title", most=domain.MAX_TITLE, required=True)
    seo = chosen(patch.seo, Seo(title=old.seo_title, description=old.seo_description))
    html = old.description_html
    if patch.description_html is not UNSET:
        html = _rich(patch.description_html, problems, path)
    handle = chosen(patch.handle, old.handle or None)
    if handle is not None and handle != old.handle and not is_handle(handle):
        problems.add(
            "INVALID_HANDLE",
            f"Small letters a-z, digits and single hyphens, at most {domain.MAX_HANDLE}.",
            *(*path, "handle"),
        )
    text = Translation(
        locale=patch.locale,
        handle=handle or made(title, patch.locale, owner.id, owner.kind),
        title=title,
        subtitle=problems.text(
            chosen(patch.subtitle, old.subtitle), *path, "subtitle", most=domain.MAX_SUBTITLE
        ),
        description_html=html,
        seo_title=problems.text(seo.title, *path, "seo", "title", most=domain.MAX_TITLE),
        seo_description=problems.text(
            seo.description, *path, "seo", "description", most=domain.MAX_SEO_DESCRIPTION
        ),
    )
    return text, handle is None


def _rich(html: str, problems: Problems, path: Path) -> str:
    before = len(problems.found)
    problems.text(html, *path, "descriptionHtml", most=domain.MAX_HTML)
    return sanitise(html) if len(problems.found) == before else ""
