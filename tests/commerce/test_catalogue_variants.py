"""Single variants, and prices."""

import pytest

from rustok.commerce.catalog.types import (
    PriceInput,
    ProductResult,
    StockInput,
    VariantInput,
    VariantPrices,
)
from rustok.commerce.errors import VariantNotFound
from rustok.core.errors import PreconditionFailed, ValidationFailed
from tests.commerce.conftest import Catalogue, Log
from tests.commerce.goods import mug, plain, variant


@pytest.fixture
async def made(shop: Catalogue) -> ProductResult:
    return await shop.products.create(shop.ctx, mug(variants=(mug().variants[0],)))


async def test_a_variant_is_added_at_the_end(
    shop: Catalogue, made: ProductResult, log: Log
) -> None:
    after = await shop.variants.create(
        shop.ctx,
        made.product.id,
        variant("Ink", sku="INK", prices=(PriceInput(minor=1),), stock=(StockInput(quantity=2),)),
    )

    assert [v.sku for v in after.product.variants] == ["MUG-OAT", "INK"]
    assert after.staff.stock[1].total == 2
    assert [event.name for event in await log() if event.version == 2] == ["variant.created"]


async def test_problems_of_a_variant_have_paths_within_it(
    shop: Catalogue, made: ProductResult
) -> None:
    await shop.products.create(shop.ctx, plain(variants=(VariantInput(sku="TAKEN"),)))

    with pytest.raises(ValidationFailed) as options:
        await shop.variants.create(shop.ctx, made.product.id, variant("Oat"))
    with pytest.raises(ValidationFailed) as sku:
        await shop.variants.create(shop.ctx, made.product.id, variant("Ink", sku="TAKEN"))

    assert [(e.pointer, e.code) for e in options.value.errors] == [
        ("/options", "DUPLICATE_VARIANT")
    ]
    assert [(e.pointer, e.code) for e in sku.value.errors] == [("/sku", "SKU_TAKEN")]


async def test_a_variant_changes_in_part(shop: Catalogue, made: ProductResult, log: Log) -> None:
    old = made.product.variants[0]
    after = await shop.variants.update(
        shop.ctx, old.id, VariantInput(sku="OAT-2", allow_backorder=True), expected_version=1
    )

    new = after.product.variants[0]
    assert (new.sku, new.barcode, new.price) == ("OAT-2", old.barcode, old.price)
    last = (await log())[-1]
    assert (last.name, last.version) == ("variant.updated", 2)
    assert last.payload["changed"] == ["sku", "allow_backorder"]
    with pytest.raises(PreconditionFailed):
        await shop.variants.update(shop.ctx, old.id, VariantInput(), expected_version=1)


async def test_two_variants_swap_their_skus(shop: Catalogue) -> None:
    made = await shop.products.create(shop.ctx, mug())
    a, b = made.product.variants
    await shop.variants.update(shop.ctx, a.id, VariantInput(sku=None))
    await shop.variants.update(shop.ctx, b.id, VariantInput(sku=a.sku))
    after = await shop.variants.update(shop.ctx, a.id, VariantInput(sku=b.sku))

    assert [v.sku for v in after.product.variants] == [b.sku, a.sku]


async def test_a_variant_is_taken_away(shop: Catalogue, made: ProductResult, log: Log) -> None:
    key = made.product.variants[0].id
    after = await shop.variants.delete(shop.ctx, key)

    assert after.product.variants == ()
    assert after.product.price_range is None
    assert (await log())[-1].name == "variant.deleted"
    with pytest.raises(VariantNotFound):
        await shop.variants.delete(shop.ctx, key)
    with pytest.raises(VariantNotFound):
        await shop.variants.update(shop.ctx, key, VariantInput())


async def test_prices_are_replaced_whole(shop: Catalogue, made: ProductResult, log: Log) -> None:
    key = made.product.variants[0].id
    after = await shop.variants.set_prices(
        shop.ctx,
        made.product.id,
        [
            VariantPrices(
                variant=key,
                prices=(PriceInput(amount="19.90"), PriceInput(currency="JPY", amount="3000")),
            )
        ],
    )

    prices = after.product.variants[0].prices
    assert [(p.currency, p.price.minor, p.compare_at_price) for p in prices] == [
        ("EUR", 1990, None),
        ("JPY", 3000, None),
    ]
    assert not after.product.on_sale
    last = (await log())[-1]
    changes = last.payload["changes"]
    assert isinstance(changes, list)
    assert (last.name, [(c["currency"], c["minor"]) for c in changes]) == (
        "price.changed",
        [("CHF", None), ("EUR", 1990), ("JPY", 3000)],
    )


async def test_prices_of_another_products_variant_are_refused(
    shop: Catalogue, made: ProductResult
) -> None:
    other = await shop.products.create(shop.ctx, plain())

    with pytest.raises(ValidationFailed) as caught:
        await shop.variants.set_prices(
            shop.ctx,
            made.product.id,
            [VariantPrices(variant=other.product.variants[0].id, prices=())],
        )

    assert [(e.pointer, e.code) for e in caught.value.errors] == [
        ("/variants/0/variant", "VARIANT_NOT_FOUND")
    ]
