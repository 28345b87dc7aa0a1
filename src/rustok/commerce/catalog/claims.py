"""Handles and SKUs that others have: finds free ones, or says whose input asks for a taken one."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from uuid import UUID

from rustok.commerce.catalog import repository
from rustok.commerce.catalog.handles import numbered
from rustok.commerce.catalog.problems import Path, Problems
from rustok.commerce.catalog.product import Draft, Product
from rustok.commerce.catalog.store import with_handle
from rustok.core.db import ReadSession

_FIRST_WINDOW = 4
_WIDEST_WINDOW = 1_000


class Claims:
    """Who has which handle, as far as it was asked for, in the database and in this call."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        self._owners: dict[str, set[UUID]] = {}
        self._reserved: dict[str, UUID] = {}

    async def settle(
        self,
        drafts: Sequence[Draft],
        wanted: AbstractSet[tuple[UUID, str]],
        problems: Sequence[Problems],
    ) -> list[Draft]:
        """The drafts with free handles in the locales asked for; notes given ones that are not."""
        await self._learn(
            text.handle
            for draft in drafts
            for text in draft.product.translations
            if (draft.product.id, text.locale) in wanted
        )
        settled = []
        for draft, found in zip(drafts, problems, strict=True):
            current = draft
            for text in draft.product.translations:
                if (draft.product.id, text.locale) in wanted:
                    current = await self._settled(current, text.locale, text.handle, found)
            settled.append(current)
        return settled

    async def _settled(self, draft: Draft, locale: str, handle: str, problems: Problems) -> Draft:
        owner = draft.product.id
        if locale not in draft.made:
            if not self._is_free(handle, owner):
                problems.add(
                    "HANDLE_TAKEN",
                    "Another product has this handle.",
                    *draft.paths.get(locale, ()),
                    "handle",
                )
            self._reserved[handle] = owner
            return draft
        free = await self._first_free(handle, owner)
        self._reserved[free] = owner
        return with_handle(draft, locale, free)

    async def _first_free(self, base: str, owner: UUID) -> str:
        candidates = numbered(base)
        width = _FIRST_WINDOW
        while True:
            window = list(islice(candidates, width))
            await self._learn(window)
            for handle in window:
                if self._is_free(handle, owner):
                    return handle
            width = min(width * 4, _WIDEST_WINDOW)

    def _is_free(self, handle: str, owner: UUID) -> bool:
        return not self._owners[handle] - {owner} and self._reserved.get(handle, owner) == owner

    async def _learn(self, handles: Iterable[str]) -> None:
        unknown = list({handle for handle in handles if handle not in self._owners})
        if not unknown:
            return
        self._owners.update((handle, set()) for handle in unknown)
        for row in await self._session.all(repository.HANDLES, handles=unknown):
            self._owners[row.handle].add(row.product_id)


async def check_skus(
    session: ReadSession,
    olds: Sequence[Product],
    drafts: Sequence[Draft],
    problems: Sequence[Problems],
) -> None:
    """Notes SKUs of changed products that other products have, or that two of these ask for."""
    asked = [list(_new_skus(old, draft)) for old, draft in zip(olds, drafts, strict=True)]
    wanted = sorted({sku for skus in asked for _, sku in skus})
    if not wanted:
        return
    owners: dict[str, UUID] = {}
    for row in await session.all(repository.SKUS, skus=wanted):
        owners[row.sku] = row.product_id
    for draft, skus, found in zip(drafts, asked, problems, strict=True):
        for path, sku in skus:
            if owners.setdefault(sku, draft.product.id) != draft.product.id:
                found.add("SKU_TAKEN", "Another variant has this SKU.", *path, "sku")


def _new_skus(old: Product, draft: Draft) -> Iterator[tuple[Path, str]]:
    known = {variant.sku for variant in old.variants}
    for number, variant in enumerate(draft.product.variants):
        if variant.sku is not None and variant.sku not in known:
            yield (() if draft.variant == variant.id else ("variants", number)), variant.sku
