"""Many products in one call: what is wrong with one does not hold the others back."""

import asyncio
from uuid import UUID

import pytest

from rustok.commerce.catalog import domain
from rustok.commerce.catalog.types import (
    BulkResult,
    PriceInput,
    ProductChange,
    ProductUpdate,
    VariantInput,
)
from rustok.commerce.catalog.types.ids import PRODUCT_ID
from rustok.core.errors import ValidationFailed
from tests.commerce.conftest import Catalogue, Log
from tests.commerce.goods import mug, plain


def outcome(result: BulkResult) -> list[str | list[tuple[str, str]]]:
    """Of each item the handle, or what is wrong with it."""
    return [
        item.product.handle
        if item.product is not None
        else [(error.pointer, error.code) for error in item.errors]
        for item in result.items
    ]


def sold_as(sku: str) -> tuple[VariantInput, ...]:
    return (VariantInput(sku=sku, prices=(PriceInput(minor=1),)),)


async def test_the_good_ones_are_made(shop: Catalogue, log: Log) -> None:
    await shop.products.create(shop.ctx, plain("Taken", variants=sold_as("TAKEN")))
    result = await shop.products.create_many(
        shop.ctx,
        [
            plain("One", variants=sold_as("A")),
            plain(" "),
            plain("Taken", variants=sold_as("B")),
            plain("Three", handle="taken"),
            plain("Four", variants=sold_as("TAKEN")),
            plain("Five", variants=sold_as("A")),
            plain("One", variants=sold_as("C")),
            plain("One", variants=sold_as("D")),
        ],
    )

    assert outcome(result) == [
        "one",
        [("/title", "REQUIRED")],
        "taken-2",
        [("/handle", "HANDLE_TAKEN")],
        [("/variants/0/sku", "SKU_TAKEN")],
        [("/variants/0/sku", "SKU_TAKEN")],
        "one-2",
        "one-3",
    ]
    created = [event for event in await log() if event.name == "product.created"]
    assert len(created) == 1 + 4
    known = await shop.queries.product_ids(shop.ctx, ["one", "one-2", "one-3", "three", "five"])
    assert set(known) == {"one", "one-2", "one-3"}


async def test_none_of_them_good_leaves_nothing(shop: Catalogue, log: Log) -> None:
    result = await shop.products.create_many(shop.ctx, [plain(" "), plain("")])

    assert result.position is None
    assert [event for event in await log() if event.name.startswith("product")] == []


async def test_a_hundred_of_one_title_at_once(shop: Catalogue) -> None:
    result = await shop.products.create_many(shop.ctx, [plain("Same") for _ in range(100)])

    assert sorted(set(map(str, outcome(result)))) == sorted(
        ["same", *(f"same-{n}" for n in range(2, 101))]
    )


async def test_concurrent_calls_with_the_same_names(shop: Catalogue) -> None:
    """Handles made from titles give way to each other; of equal SKUs one wins."""
    results = await asyncio.gather(
        *(
            shop.products.create_many(
                shop.ctx, [plain("Same", variants=sold_as(f"S{n}")) for n in range(5)]
            )
            for _ in range(6)
        )
    )

    outcomes = [item for result in results for item in outcome(result)]
    handles = [item for item in outcomes if isinstance(item, str)]
    assert len(set(handles)) == len(handles) == 5
    assert [item for item in outcomes if not isinstance(item, str)] == [
        [("/variants/0/sku", "SKU_TAKEN")]
    ] * 25


async def test_concurrent_single_products_with_the_same_title(shop: Catalogue) -> None:
    made = await asyncio.gather(*(shop.products.create(shop.ctx, plain("Same")) for _ in range(10)))

    assert len({result.product.handle for result in made}) == 10


async def test_many_change_at_once(shop: Catalogue, log: Log) -> None:
    first = await shop.products.create_many(
        shop.ctx,
        [
            mug(),
            plain("Two", variants=sold_as("TWO")),
            plain("Three"),
            plain("Four", variants=sold_as("FOUR")),
        ],
    )
    ids = [item.product.id for item in first.items if item.product is not None]
    nobodys = PRODUCT_ID.text(UUID(int=PRODUCT_ID.parse(ids[2]).int ^ 1))
    result = await shop.products.update_many(
        shop.ctx,
        [
            ProductChange(id=ids[0], changes=ProductUpdate(vendor="New"), expected_version=1),
            ProductChange(id=ids[1], changes=ProductUpdate(title="Zwei", handle=None)),
            ProductChange(id=ids[2], changes=ProductUpdate(vendor="X"), expected_version=7),
            ProductChange(id=ids[3], changes=ProductUpdate(variants=sold_as("TWO"))),
            ProductChange(id=ids[0], changes=ProductUpdate(vendor="Twice")),
            ProductChange(id="prod_nothing", changes=ProductUpdate(vendor="X")),
            ProductChange(id=nobodys, changes=ProductUpdate(title="")),
        ],
    )

    assert outcome(result) == [
        "tarn-mug",
        "zwei",
        [("/expectedVersion", "VERSION_MISMATCH")],
        [("/variants/0/sku", "SKU_TAKEN")],
        [("/id", "DUPLICATE")],
        [("/id", "PRODUCT_NOT_FOUND")],
        [("/id", "PRODUCT_NOT_FOUND")],
    ]
    changed = [event for event in await log() if event.version == 2]
    assert [event.name for event in changed] == ["product.updated"] * 2
    again = await shop.products.update(shop.ctx, ids[0], ProductUpdate())
    assert (again.product.vendor, again.product.version) == ("New", 2)


async def test_handles_swap_neither_silently_nor_wrongly(shop: Catalogue) -> None:
    a = await shop.products.create(shop.ctx, plain("A"))
    b = await shop.products.create(shop.ctx, plain("B"))

    result = await shop.products.update_many(
        shop.ctx,
        [
            ProductChange(id=a.product.id, changes=ProductUpdate(handle="c")),
            ProductChange(id=b.product.id, changes=ProductUpdate(handle="c")),
        ],
    )

    assert outcome(result) == ["c", [("/handle", "HANDLE_TAKEN")]]


@pytest.mark.parametrize("size", [0, domain.MAX_BULK + 1])
async def test_how_many_per_call(shop: Catalogue, size: int) -> None:
    with pytest.raises(ValidationFailed):
        await shop.products.create_many(shop.ctx, [plain() for _ in range(size)])
    with pytest.raises(ValidationFailed):
        await shop.products.update_many(
            shop.ctx, [ProductChange(id="prod_", changes=ProductUpdate()) for _ in range(size)]
        )
