"""How a product changes: lock it, edit it as a value, save the difference, record the facts."""

from collections.abc import Callable, Sequence
from typing import TypeAlias
from uuid import UUID

import msgspec

from rustok.commerce.catalog import facts, store
from rustok.commerce.catalog.claims import Claims, check_skus
from rustok.commerce.catalog.documents import Reader, ids_of
from rustok.commerce.catalog.drafting import References, Scope
from rustok.commerce.catalog.locations import stocked
from rustok.commerce.catalog.problems import Problems
from rustok.commerce.catalog.product import Draft, Product
from rustok.commerce.catalog.references import Named, named, references
from rustok.commerce.catalog.staff_documents import StaffReader
from rustok.commerce.catalog.types.inputs import ProductUpdate
from rustok.commerce.catalog.types.results import ProductResult
from rustok.commerce.errors import ProductNotFound
from rustok.core.clock import Clock
from rustok.core.context import Context
from rustok.core.db import Database, WriteSession
from rustok.core.errors import PreconditionFailed
from rustok.core.ids import IdSource

Edit: TypeAlias = Callable[[Scope, Product, Problems], Draft]


class Editor:
    """Applies edits to one product or to many."""

    def __init__(self, db: Database, clock: Clock, ids: IdSource) -> None:
        self.db = db
        self.clock = clock
        self.ids = ids

    async def edit(
        self,
        ctx: Context,
        session: WriteSession,
        product_id: UUID,
        edit: Edit,
        given: Sequence[ProductUpdate] = (),
        *,
        stock: bool = False,
        expected_version: int | None = None,
    ) -> "Edited":
        """One product after an edit; raises ProductNotFound, PreconditionFailed and the edit's."""
        product = (await store.lock(session, [product_id])).get(product_id)
        if product is None:
            raise ProductNotFound
        check_version(product.version, expected_version)
        scope = await self.scope(ctx, session, named(given, [product]), stock=stock)
        problems = Problems()
        draft = edit(scope, product, problems)
        problems.stop()
        [saved] = await self.save(session, [product], [draft], [problems])
        problems.stop()
        return Edited(saved, scope.references)

    async def save(
        self,
        session: WriteSession,
        olds: Sequence[Product],
        drafts: Sequence[Draft],
        problems: Sequence[Problems],
    ) -> list[Product]:
        """The products as saved with their facts; the ones with problems are left as they are."""
        wanted = {
            (draft.product.id, text.locale)
            for old, draft in zip(olds, drafts, strict=True)
            for text in draft.product.translations
            if (known := old.translation(text.locale)) is None or known.handle != text.handle
        }
        settled = list(drafts)
        if wanted:
            settled = await Claims(session).settle(drafts, wanted, problems)
        await check_skus(session, olds, settled, problems)
        pairs, results = [], []
        for old, draft, found in zip(olds, settled, problems, strict=True):
            new = old if found.found else self._stamped(old, draft.product)
            results.append(new)
            if new is not old:
                pairs.append((old, new))
        if pairs:
            await store.save(session, pairs)
        for old, new in pairs:
            for fact in facts.of_change(old, new):
                session.record(fact, aggregate_id=new.id, aggregate_version=new.version)
        return results

    async def scope(
        self, ctx: Context, session: WriteSession, wanted: Named, *, stock: bool = False
    ) -> Scope:
        """What the rules need to know for inputs that name these things."""
        found = await references(session, ctx.tenant, wanted)
        if stock or wanted.stock:
            places = await stocked(session, self.ids)
            found = msgspec.structs.replace(found, locations=places)
        return Scope(tenant=ctx.tenant, ids=self.ids, references=found)

    async def insert(
        self, session: WriteSession, drafts: Sequence[Draft], problems: Sequence[Problems]
    ) -> list[Draft]:
        """Inserts new products; what others already have is noted, and then to be rolled back."""
        done = await store.insert(session, [draft.product for draft in drafts])
        taken = set(done.skus_taken)
        for draft, found in zip(drafts, problems, strict=True):
            for number, variant in enumerate(draft.product.variants):
                if variant.id in taken:
                    found.add(
                        "SKU_TAKEN", "Another variant has this SKU.", "variants", number, "sku"
                    )
        settled, wanted = list(drafts), set(done.handles_taken)
        while wanted:
            settled = await Claims(session).settle(settled, wanted, problems)
            if any(found.found for found in problems):
                break
            products = [draft.product for draft in settled]
            wanted = set(await store.insert_texts(session, products, sorted(wanted)))
        return settled

    def _stamped(self, old: Product, new: Product) -> Product:
        if new == old:
            return old
        return msgspec.structs.replace(new, version=old.version + 1, updated_at=self.clock.now())


class Edited(msgspec.Struct, frozen=True):
    """A product after an edit, with what its views need."""

    product: Product
    references: References

    def result(self, ctx: Context, position: int | None) -> ProductResult:
        """The answer, in the context's locale."""
        ids = ids_of(self.product)
        return ProductResult(
            product=Reader(ctx.tenant, ctx.locale, self.references).document(self.product, ids),
            staff=StaffReader(ctx.tenant).document(self.product, ids),
            position=position,
        )


def check_version(version: int, expected: int | None) -> None:
    """Raises PreconditionFailed where another version is expected."""
    if expected is not None and expected != version:
        raise PreconditionFailed(extra={"version": version})
