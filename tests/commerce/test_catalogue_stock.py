"""Stock: set and adjusted, never below zero where that is not allowed, under any concurrency."""

import asyncio

import pytest

from rustok.commerce.catalog.types import (
    LocationCreate,
    LocationUpdate,
    ProductUpdate,
    StockAdjustment,
    StockInput,
    StockLevelSet,
    VariantInput,
)
from rustok.commerce.errors import CodeTaken, InsufficientStock, LocationInUse, LocationNotFound
from rustok.core.errors import RustokError, ValidationFailed
from tests.commerce.conftest import Catalogue, Log
from tests.commerce.goods import plain

BUYERS = 40
IN_STOCK = 17


async def stocked(shop: Catalogue, quantity: int, *, backorder: bool = False) -> str:
    """The variant of a product of which there are so many."""
    made = await shop.products.create(
        shop.ctx,
        plain(
            variants=(
                VariantInput(allow_backorder=backorder, stock=(StockInput(quantity=quantity),)),
            )
        ),
    )
    return made.product.variants[0].id


async def quantity(shop: Catalogue, variant: str) -> int:
    found = await shop.stock.adjust(shop.ctx, [StockAdjustment(variant=variant, delta=0)])
    return found.levels[0].quantity


async def test_many_buyers_get_what_there_is_and_no_more(shop: Catalogue, log: Log) -> None:
    variant = await stocked(shop, IN_STOCK)

    async def buy() -> bool:
        try:
            await shop.stock.adjust(shop.ctx, [StockAdjustment(variant=variant, delta=-1)])
        except InsufficientStock:
            return False
        return True

    served = sum(await asyncio.gather(*(buy() for _ in range(BUYERS))))

    assert served == IN_STOCK
    assert await quantity(shop, variant) == 0
    sold = [event for event in await log() if event.name == "stock.changed"]
    assert [event.version for event in sold] == list(range(2, IN_STOCK + 2))


async def test_a_cart_of_several_variants_is_taken_whole_or_not_at_all(shop: Catalogue) -> None:
    """Two orders of the lines, so that careless locking would end in a deadlock."""
    a, b = await stocked(shop, 10), await stocked(shop, 10)

    async def buy(first: str, second: str) -> int:
        try:
            await shop.stock.adjust(
                shop.ctx,
                [
                    StockAdjustment(variant=first, delta=-1),
                    StockAdjustment(variant=second, delta=-1),
                ],
            )
        except InsufficientStock:
            return 0
        return 1

    pairs = [(a, b) if n % 2 else (b, a) for n in range(30)]
    served = sum(await asyncio.gather(*(buy(*pair) for pair in pairs)))

    assert served == 10
    assert [await quantity(shop, a), await quantity(shop, b)] == [0, 0]


async def test_switching_back_orders_off_meanwhile_is_seen(shop: Catalogue) -> None:
    variant = await stocked(shop, 0, backorder=True)

    async def buy() -> None:
        await shop.stock.adjust(shop.ctx, [StockAdjustment(variant=variant, delta=-1)])

    async def forbid() -> None:
        await shop.variants.update(shop.ctx, variant, VariantInput(allow_backorder=False))

    results = await asyncio.gather(
        *(buy() for _ in range(5)), forbid(), *(buy() for _ in range(5)), return_exceptions=True
    )

    unexpected = [r for r in results if isinstance(r, Exception) and not isinstance(r, RustokError)]
    assert unexpected == []
    refused = sum(isinstance(result, InsufficientStock) for result in results)
    level = await quantity(shop, variant)
    was_forbidden = results[5] is None
    assert (level, refused) == (0, 10) if was_forbidden else (level, refused) == (-10, 0)


async def test_edits_and_stock_do_not_overwrite_each_other(shop: Catalogue) -> None:
    variant = await stocked(shop, 0)
    owner = (await shop.variants.update(shop.ctx, variant, VariantInput())).product.id

    async def receive() -> None:
        await shop.stock.adjust(shop.ctx, [StockAdjustment(variant=variant, delta=1)])

    async def edit(number: int) -> None:
        await shop.products.update(shop.ctx, owner, ProductUpdate(vendor=f"v{number}"))

    await asyncio.gather(*(receive() for _ in range(10)), *(edit(n) for n in range(10)))

    assert await quantity(shop, variant) == 10


async def test_levels_are_set_per_location(shop: Catalogue, log: Log) -> None:
    variant = await stocked(shop, 4)
    store = await shop.locations.create(shop.ctx, LocationCreate(code="store", name="Store"))
    done = await shop.stock.set(
        shop.ctx,
        [
            StockLevelSet(variant=variant, quantity=7, location="store"),
            StockLevelSet(variant=variant, quantity=1),
        ],
    )

    assert [(level.location, level.quantity) for level in done.levels] == [
        ("store", 7),
        ("default", 1),
    ]
    assert done.levels[0].location_id == store.location.id
    last = (await log())[-1]
    changes = last.payload["changes"]
    assert isinstance(changes, list)
    assert sorted(change["delta"] for change in changes) == [-3, 7]


async def test_setting_what_is_already_so_is_no_change(shop: Catalogue) -> None:
    variant = await stocked(shop, 4)

    done = await shop.stock.set(shop.ctx, [StockLevelSet(variant=variant, quantity=4)])

    assert done.position is None


async def test_what_is_wrong_with_levels(shop: Catalogue) -> None:
    variant = await stocked(shop, 4)

    with pytest.raises(ValidationFailed) as caught:
        await shop.stock.set(
            shop.ctx,
            [
                StockLevelSet(variant=variant, quantity=-1),
                StockLevelSet(variant=variant, quantity=1),
                StockLevelSet(variant="variant_x", quantity=1),
                StockLevelSet(variant=variant, quantity=1, location="moon"),
                StockLevelSet(variant=variant, quantity=10**12, location="default"),
            ],
        )

    assert {(error.pointer, error.code) for error in caught.value.errors} == {
        ("/0/quantity", "NEGATIVE_STOCK"),
        ("/1", "DUPLICATE"),
        ("/2/variant", "VARIANT_NOT_FOUND"),
        ("/3/location", "LOCATION_NOT_FOUND"),
        ("/4", "DUPLICATE"),
        ("/4/quantity", "OUT_OF_RANGE"),
    }
    with pytest.raises(ValidationFailed):
        await shop.stock.adjust(shop.ctx, [])


async def test_stock_of_a_deleted_product_cannot_change(shop: Catalogue) -> None:
    variant = await stocked(shop, 4)
    owner = (await shop.variants.update(shop.ctx, variant, VariantInput())).product.id
    await shop.products.delete(shop.ctx, owner)

    with pytest.raises(ValidationFailed) as caught:
        await shop.stock.adjust(shop.ctx, [StockAdjustment(variant=variant, delta=1)])

    assert [error.code for error in caught.value.errors] == ["VARIANT_NOT_FOUND"]


async def test_the_first_location_is_made_once(shop: Catalogue, log: Log) -> None:
    await asyncio.gather(*(stocked(shop, 1) for _ in range(8)))

    assert [place.code for place in await shop.queries.locations(shop.ctx)] == ["default"]
    assert [event.name for event in await log()].count("location.created") == 1


async def test_locations_change_and_go(shop: Catalogue) -> None:
    variant = await stocked(shop, 2)
    [place] = await shop.queries.locations(shop.ctx)
    store = await shop.locations.create(shop.ctx, LocationCreate(code="store", name="Store"))

    with pytest.raises(CodeTaken):
        await shop.locations.create(shop.ctx, LocationCreate(code="store", name="B"))
    with pytest.raises(CodeTaken):
        await shop.locations.update(shop.ctx, store.location.id, LocationUpdate(code="default"))
    with pytest.raises(LocationInUse):
        await shop.locations.delete(shop.ctx, place.id)
    renamed = await shop.locations.update(shop.ctx, place.id, LocationUpdate(code="house"))
    await shop.stock.set(shop.ctx, [StockLevelSet(variant=variant, quantity=0, location="house")])
    await shop.locations.delete(shop.ctx, place.id)

    assert (renamed.location.code, renamed.location.version) == ("house", 2)
    assert [p.code for p in await shop.queries.locations(shop.ctx)] == ["store"]
    with pytest.raises(LocationNotFound):
        await shop.locations.delete(shop.ctx, place.id)
