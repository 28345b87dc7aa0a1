"""Texts of categories and collections: the same rules, in a table each."""

from collections.abc import Sequence
from itertools import islice
from uuid import UUID

import msgspec

from rustok.commerce.catalog import rows
from rustok.commerce.catalog.drafting.texts import Owner, Texts, texts
from rustok.commerce.catalog.handles import numbered
from rustok.commerce.catalog.problems import Problems
from rustok.commerce.catalog.product import Translation
from rustok.commerce.catalog.types.groups import CategoryCreate, CollectionCreate, GroupUpdate
from rustok.commerce.catalog.types.inputs import TranslationInput
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.sql import Query

_CANDIDATES = 200


class TextTable(msgspec.Struct, frozen=True):
    """Where a kind of group keeps its texts."""

    kind: str
    taken: Query[str]
    save: Query[None]
    delete: Query[None]


async def written(
    ctx: Context,
    session: WriteSession,
    table: TextTable,
    owner: UUID,
    given: CategoryCreate | CollectionCreate | GroupUpdate,
    problems: Problems,
    present: Sequence[Translation] = (),
) -> tuple[Translation, ...]:
    """The texts after a change, with free handles; raises ValidationFailed."""
    main = TranslationInput(
        locale=ctx.tenant.default_locale,
        title=given.title,
        handle=given.handle,
        description_html=given.description_html,
        seo=given.seo,
    )
    removed = given.remove_translations if isinstance(given, GroupUpdate) else ()
    found = texts(
        ctx.tenant,
        Owner(owner, table.kind),
        present,
        (main, *given.translations),
        problems,
        removed=removed,
    )
    problems.stop()
    settled = await _settled(session, table, owner, found, present, problems)
    problems.stop()
    return settled


async def save_texts(
    session: WriteSession,
    table: TextTable,
    owner: UUID,
    new: Sequence[Translation],
    old: Sequence[Translation] = (),
) -> None:
    """Writes the texts that differ; HandleTaken is the caller's to raise."""
    kept = {text.locale for text in new}
    gone = [text.locale for text in old if text.locale not in kept]
    changed = [text for text in new if text not in old]
    if gone:
        await session.execute(table.delete, id=owner, locales=gone)
    if changed:
        await session.execute(
            table.save,
            id=owner,
            rows=rows.encoded(
                {
                    "locale": text.locale,
                    "handle": text.handle,
                    "title": text.title,
                    "description_html": text.description_html,
                    "seo_title": text.seo_title,
                    "seo_description": text.seo_description,
                }
                for text in changed
            ),
        )


async def _settled(
    session: WriteSession,
    table: TextTable,
    owner: UUID,
    found: Texts,
    present: Sequence[Translation],
    problems: Problems,
) -> tuple[Translation, ...]:
    before = {text.locale: text.handle for text in present}
    candidates = {
        text.locale: list(islice(numbered(text.handle), _CANDIDATES))
        if text.locale in found.made
        else [text.handle]
        for text in found.translations
        if before.get(text.locale) != text.handle
    }
    if not candidates:
        return found.translations
    asked = sorted({handle for handles in candidates.values() for handle in handles})
    taken = set(await session.all(table.taken, handles=asked, id=owner))
    settled = []
    for text in found.translations:
        free = [handle for handle in candidates.get(text.locale, ()) if handle not in taken]
        if text.locale in candidates and not free:
            path = found.paths.get(text.locale, ())
            problems.add("HANDLE_TAKEN", "Another one has this handle.", *path, "handle")
        settled.append(msgspec.structs.replace(text, handle=free[0]) if free else text)
    return tuple(settled)
