"""Use cases that change products, one or many at once."""

from collections.abc import Sequence

import msgspec

from rustok.commerce.catalog import changes_repository, domain, drafting, facts, store
from rustok.commerce.catalog.documents import Reader, ids_of
from rustok.commerce.catalog.drafting import References, Scope
from rustok.commerce.catalog.editing import Edited, Editor, check_version
from rustok.commerce.catalog.problems import Problems
from rustok.commerce.catalog.product import Draft, Product
from rustok.commerce.catalog.references import named
from rustok.commerce.catalog.service.access import require_variants
from rustok.commerce.catalog.types.ids import PRODUCT_ID
from rustok.commerce.catalog.types.inputs import ProductChange, ProductCreate, ProductUpdate
from rustok.commerce.catalog.types.results import BulkItem, BulkResult, Deleted, ProductResult
from rustok.commerce.errors import ProductNotFound
from rustok.commerce.permissions import (
    PRODUCT_CREATE,
    PRODUCT_DELETE,
    PRODUCT_PUBLISH,
    PRODUCT_UPDATE,
)
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.errors import invalid


class ProductService:
    """Creates, changes, publishes and deletes products. Ids are in their outer form."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._db = editor.db

    async def create(self, ctx: Context, given: ProductCreate) -> ProductResult:
        """Makes a product with all that belongs to it; raises ValidationFailed."""
        _require_create(ctx, [given])
        async with self._db.write(ctx) as session:
            scope = await self._editor.scope(ctx, session, named([given]))
            problems = Problems()
            draft = drafting.created(scope, given, self._editor.clock.now(), problems)
            problems.stop()
            [draft] = await self._editor.insert(session, [draft], [problems])
            problems.stop()
            _record_created(ctx, session, draft.product)
        return Edited(draft.product, scope.references).result(ctx, session.token)

    async def update(
        self,
        ctx: Context,
        product_id: str,
        given: ProductUpdate,
        *,
        expected_version: int | None = None,
    ) -> ProductResult:
        """Changes what is given.

        Raises ProductNotFound, ValidationFailed, PreconditionFailed; HandleTaken and SkuTaken
        where somebody took one at the same moment.
        """
        ctx.require(PRODUCT_UPDATE)
        require_variants(ctx, given.variants)
        key = PRODUCT_ID.parse(product_id)

        def edit(scope: Scope, product: Product, problems: Problems) -> Draft:
            return drafting.updated(scope, product, given, problems)

        async with self._db.write(ctx) as session:
            edited = await self._editor.edit(
                ctx, session, key, edit, [given], expected_version=expected_version
            )
        return edited.result(ctx, session.token)

    async def publish(
        self, ctx: Context, product_id: str, *, expected_version: int | None = None
    ) -> ProductResult:
        """Shows it to anyone; raises ProductNotFound, InvalidStatus, PreconditionFailed."""
        return await self._step(ctx, product_id, "publish", expected_version)

    async def unpublish(
        self, ctx: Context, product_id: str, *, expected_version: int | None = None
    ) -> ProductResult:
        """Makes it a draft again; raises as publish."""
        return await self._step(ctx, product_id, "unpublish", expected_version)

    async def archive(
        self, ctx: Context, product_id: str, *, expected_version: int | None = None
    ) -> ProductResult:
        """Puts it away; raises as publish."""
        return await self._step(ctx, product_id, "archive", expected_version)

    async def delete(
        self, ctx: Context, product_id: str, *, expected_version: int | None = None
    ) -> Deleted:
        """Takes it away for everyone; raises ProductNotFound, PreconditionFailed."""
        ctx.require(PRODUCT_DELETE)
        key = PRODUCT_ID.parse(product_id)
        async with self._db.write(ctx) as session:
            product = (await store.lock(session, [key])).get(key)
            if product is None:
                raise ProductNotFound
            check_version(product.version, expected_version)
            version = product.version + 1
            now = self._editor.clock.now()
            await session.execute(changes_repository.DELETE, id=key, version=version, now=now)
            session.record(facts.DELETION, aggregate_id=key, aggregate_version=version)
        return Deleted(id=product_id, position=session.token)

    async def create_many(self, ctx: Context, given: Sequence[ProductCreate]) -> BulkResult:
        """Makes up to 100 products; what is wrong with one does not hold the others back."""
        _require_create(ctx, given)
        _check_size(given)
        async with self._db.write(ctx) as session:
            scope = await self._editor.scope(ctx, session, named(given))
            problems = [Problems() for _ in given]
            now = self._editor.clock.now()
            drafts = [
                drafting.created(scope, item, now, found)
                for item, found in zip(given, problems, strict=True)
            ]
            products = await self._insert_good(session, drafts, problems)
            for product in products.values():
                _record_created(ctx, session, product)
        results = [products.get(number) for number in range(len(given))]
        return _bulk(ctx, results, problems, scope.references, session.token)

    async def update_many(self, ctx: Context, given: Sequence[ProductChange]) -> BulkResult:
        """Changes up to 100 products; what is wrong with one does not hold the others back."""
        ctx.require(PRODUCT_UPDATE)
        for item in given:
            require_variants(ctx, item.changes.variants)
        _check_size(given)
        keys = [PRODUCT_ID.parse_or_none(item.id) for item in given]
        async with self._db.write(ctx) as session:
            present = await store.lock(session, [key for key in keys if key is not None])
            changes = [item.changes for item in given]
            scope = await self._editor.scope(ctx, session, named(changes, present.values()))
            problems = [Problems() for _ in given]
            olds, drafts, numbers = [], [], []
            for number, (key, item) in enumerate(zip(keys, given, strict=True)):
                found = problems[number]
                old = present.get(key) if key is not None else None
                _check_target(old, item, keys[:number].count(key), found)
                if old is None or found.found:
                    continue
                olds.append(old)
                drafts.append(drafting.updated(scope, old, item.changes, found))
                numbers.append(number)
            saved = await self._editor.save(session, olds, drafts, [problems[n] for n in numbers])
        results: list[Product | None] = [None] * len(given)
        for number, product in zip(numbers, saved, strict=True):
            results[number] = None if problems[number].found else product
        return _bulk(ctx, results, problems, scope.references, session.token)

    async def _step(
        self, ctx: Context, product_id: str, step: domain.Step, expected_version: int | None
    ) -> ProductResult:
        ctx.require(PRODUCT_PUBLISH)
        key = PRODUCT_ID.parse(product_id)
        now = self._editor.clock.now()

        def edit(_scope: Scope, product: Product, _problems: Problems) -> Draft:
            status = domain.stepped(product.status, step)
            first = product.published_at or (now if status == domain.ACTIVE else None)
            return Draft(msgspec.structs.replace(product, status=status, published_at=first))

        async with self._db.write(ctx) as session:
            edited = await self._editor.edit(
                ctx, session, key, edit, expected_version=expected_version
            )
        return edited.result(ctx, session.token)

    async def _insert_good(
        self, session: WriteSession, drafts: Sequence[Draft], problems: Sequence[Problems]
    ) -> dict[int, Product]:
        """Inserts the drafts without problems; one that meets a problem goes, and all try again."""
        while good := [n for n, found in enumerate(problems) if not found.found]:
            try:
                async with session.savepoint():
                    inserted = await self._editor.insert(
                        session, [drafts[n] for n in good], [problems[n] for n in good]
                    )
                    if any(problems[n].found for n in good):
                        raise _Refused
            except _Refused:
                continue
            return {n: draft.product for n, draft in zip(good, inserted, strict=True)}
        return {}


class _Refused(Exception):
    """Rolls back to the savepoint."""


def _require_create(ctx: Context, given: Sequence[ProductCreate]) -> None:
    ctx.require(PRODUCT_CREATE)
    if any(item.status == domain.ACTIVE for item in given):
        ctx.require(PRODUCT_PUBLISH)


def _check_size(given: Sequence[object]) -> None:
    if not 1 <= len(given) <= domain.MAX_BULK:
        raise invalid("BULK_SIZE", f"1 to {domain.MAX_BULK} items per call.")


def _check_target(
    old: Product | None, given: ProductChange, times_before: int, problems: Problems
) -> None:
    if old is None:
        problems.add(ProductNotFound.code, ProductNotFound.title, "id")
    elif times_before:
        problems.add("DUPLICATE", "This product is already changed in the same call.", "id")
    elif given.expected_version not in {None, old.version}:
        problems.add("VERSION_MISMATCH", f"It is now {old.version}.", "expectedVersion")


def _record_created(ctx: Context, session: WriteSession, product: Product) -> None:
    for fact in facts.of_creation(product, ctx.tenant.default_locale):
        session.record(fact, aggregate_id=product.id, aggregate_version=product.version)


def _bulk(
    ctx: Context,
    products: Sequence[Product | None],
    problems: Sequence[Problems],
    references: References,
    position: int | None,
) -> BulkResult:
    reader = Reader(ctx.tenant, ctx.locale, references)
    return BulkResult(
        items=tuple(
            BulkItem(
                index=number,
                product=None if product is None else reader.document(product, ids_of(product)),
                errors=tuple(found.found),
            )
            for number, (product, found) in enumerate(zip(products, problems, strict=True))
        ),
        position=position,
    )
