"""Use cases that change single variants, and prices."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET

from rustok.commerce.catalog import domain, repository
from rustok.commerce.catalog.drafting import Scope
from rustok.commerce.catalog.drafting.prices import prices
from rustok.commerce.catalog.drafting.variants import VariantList
from rustok.commerce.catalog.editing import Edit, Editor
from rustok.commerce.catalog.problems import Problems
from rustok.commerce.catalog.product import Draft, Product, Variant
from rustok.commerce.catalog.service.access import require_variants
from rustok.commerce.catalog.types.ids import PRODUCT_ID, VARIANT_ID
from rustok.commerce.catalog.types.inputs import VariantInput, VariantPrices
from rustok.commerce.catalog.types.results import ProductResult
from rustok.commerce.errors import VariantNotFound
from rustok.commerce.permissions import PRICE_UPDATE, PRODUCT_UPDATE
from rustok.core.context import Context
from rustok.core.db import WriteSession


class VariantService:
    """Adds, changes and takes away variants; sets prices. All answer the whole product."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._db = editor.db

    async def create(
        self,
        ctx: Context,
        product_id: str,
        given: VariantInput,
        *,
        expected_version: int | None = None,
    ) -> ProductResult:
        """Adds a variant; raises ProductNotFound, ValidationFailed, PreconditionFailed, SkuTaken.

        Prices and stock in it need their own permissions.
        """
        ctx.require(PRODUCT_UPDATE)
        require_variants(ctx, [given])
        key = PRODUCT_ID.parse(product_id)

        def edit(scope: Scope, product: Product, problems: Problems) -> Draft:
            maker = VariantList(scope, product.options, product.images, problems)
            position = max((old.position for old in product.variants), default=-1) + 1
            added = maker.variant(None, given, (), position=position)
            problems.count(len(product.variants) + 1, most=domain.MAX_VARIANTS)
            return _with(product, maker, added, (*product.variants, added))

        async with self._db.write(ctx) as session:
            edited = await self._editor.edit(
                ctx,
                session,
                key,
                edit,
                stock=given.stock is not UNSET,
                expected_version=expected_version,
            )
        return edited.result(ctx, session.token)

    async def update(
        self,
        ctx: Context,
        variant_id: str,
        given: VariantInput,
        *,
        expected_version: int | None = None,
    ) -> ProductResult:
        """Changes what is given; `expected_version` is the product's.

        Raises VariantNotFound, ValidationFailed, PreconditionFailed, SkuTaken.
        """
        ctx.require(PRODUCT_UPDATE)
        require_variants(ctx, [given])
        key = VARIANT_ID.parse(variant_id)

        def edit(scope: Scope, product: Product, problems: Problems) -> Draft:
            old = _variant(product, key)
            maker = VariantList(scope, product.options, product.images, problems)
            changed = maker.variant(old, given, (), position=old.position)
            variants = tuple(changed if v.id == key else v for v in product.variants)
            return _with(product, maker, changed, variants)

        return await self._edit_owner(
            ctx, key, edit, stock=given.stock is not UNSET, expected_version=expected_version
        )

    async def delete(
        self, ctx: Context, variant_id: str, *, expected_version: int | None = None
    ) -> ProductResult:
        """Takes a variant away; raises VariantNotFound, PreconditionFailed."""
        ctx.require(PRODUCT_UPDATE)
        key = VARIANT_ID.parse(variant_id)

        def edit(_scope: Scope, product: Product, _problems: Problems) -> Draft:
            gone = _variant(product, key)
            left = tuple(variant for variant in product.variants if variant is not gone)
            return Draft(msgspec.structs.replace(product, variants=left))

        return await self._edit_owner(ctx, key, edit, expected_version=expected_version)

    async def set_prices(
        self,
        ctx: Context,
        product_id: str,
        given: Sequence[VariantPrices],
        *,
        expected_version: int | None = None,
    ) -> ProductResult:
        """Replaces the prices of some of a product's variants.

        Raises ProductNotFound, ValidationFailed, PreconditionFailed.
        """
        ctx.require(PRICE_UPDATE)
        key = PRODUCT_ID.parse(product_id)

        def edit(scope: Scope, product: Product, problems: Problems) -> Draft:
            found = {VARIANT_ID.text(variant.id): variant for variant in product.variants}
            for number, item in enumerate(given):
                path = ("variants", number)
                variant = found.get(item.variant)
                if variant is None:
                    problems.add(VariantNotFound.code, VariantNotFound.title, *path, "variant")
                    continue
                price_list = prices(scope.tenant, item.prices, problems, (*path, "prices"))
                found[item.variant] = msgspec.structs.replace(variant, prices=price_list)
            return Draft(msgspec.structs.replace(product, variants=tuple(found.values())))

        async with self._db.write(ctx) as session:
            edited = await self._editor.edit(
                ctx, session, key, edit, expected_version=expected_version
            )
        return edited.result(ctx, session.token)

    async def _edit_owner(
        self,
        ctx: Context,
        variant_id: UUID,
        edit: Edit,
        *,
        stock: bool = False,
        expected_version: int | None,
    ) -> ProductResult:
        async with self._db.write(ctx) as session:
            owner = await _owner(session, variant_id)
            edited = await self._editor.edit(
                ctx, session, owner, edit, stock=stock, expected_version=expected_version
            )
        return edited.result(ctx, session.token)


async def _owner(session: WriteSession, variant_id: UUID) -> UUID:
    row = await session.maybe(repository.OWNERS, ids=[variant_id])
    if row is None:
        raise VariantNotFound
    return row.product_id


def _variant(product: Product, variant_id: UUID) -> Variant:
    found = product.variant(variant_id)
    if found is None:
        raise VariantNotFound
    return found


def _with(
    product: Product, maker: VariantList, variant: Variant, variants: tuple[Variant, ...]
) -> Draft:
    maker.check(variants)
    return Draft(msgspec.structs.replace(product, variants=variants), variant=variant.id)
