"""Every use case as anonymous, customer, without the permission, as another tenant, and rightly."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import msgspec
import pytest

from rustok.commerce import permissions
from rustok.commerce.catalog.types import (
    CategoryCreate,
    CategoryMove,
    CollectionCreate,
    CollectionMove,
    CollectionUpdate,
    GroupUpdate,
    LocationCreate,
    LocationUpdate,
    PriceInput,
    ProductUpdate,
    StockAdjustment,
    StockInput,
    StockLevelSet,
    VariantInput,
    VariantPrices,
)
from rustok.core.context import Context
from rustok.core.errors import Forbidden, NotFound, Unauthenticated, ValidationFailed
from rustok.core.permissions import Permission
from rustok.testing.actors import as_actor, as_anonymous
from rustok.testing.databases import TestDatabase
from tests.commerce.conftest import Catalogue
from tests.commerce.goods import mug, plain, variant

Call = Callable[[Catalogue, Context, "Things"], Awaitable[Any]]


class Things(msgspec.Struct, frozen=True):
    """Ids of what is there to be changed."""

    product: str
    member: str
    variant: str
    category: str
    collection: str
    location: str


class Operation(msgspec.Struct, frozen=True):
    """A use case, what it needs, and whether it names something that another tenant lacks."""

    name: str
    needs: tuple[Permission, ...]
    call: Call
    names_a_thing: bool = True


P = permissions
STOCK = (StockInput(quantity=1),)
PRICES = (PriceInput(minor=1),)
OPERATIONS = (
    Operation(
        "product create",
        (P.PRODUCT_CREATE,),
        lambda shop, ctx, _: shop.products.create(ctx, plain("New")),
        names_a_thing=False,
    ),
    Operation(
        "product create, published",
        (P.PRODUCT_CREATE, P.PRODUCT_PUBLISH),
        lambda shop, ctx, _: shop.products.create(ctx, plain("New", status="active")),
        names_a_thing=False,
    ),
    Operation(
        "products create",
        (P.PRODUCT_CREATE,),
        lambda shop, ctx, _: shop.products.create_many(ctx, [plain("New")]),
        names_a_thing=False,
    ),
    Operation(
        "product update",
        (P.PRODUCT_UPDATE,),
        lambda shop, ctx, at: shop.products.update(ctx, at.product, ProductUpdate(vendor="Z")),
    ),
    Operation(
        "product update with prices and stock",
        (P.PRODUCT_UPDATE, P.PRICE_UPDATE, P.STOCK_UPDATE),
        lambda shop, ctx, at: shop.products.update(
            ctx,
            at.product,
            ProductUpdate(variants=(variant("Oat", prices=PRICES, stock=STOCK),)),
        ),
    ),
    Operation(
        "product publish",
        (P.PRODUCT_PUBLISH,),
        lambda shop, ctx, at: shop.products.publish(ctx, at.product),
    ),
    Operation(
        "product archive",
        (P.PRODUCT_PUBLISH,),
        lambda shop, ctx, at: shop.products.archive(ctx, at.product),
    ),
    Operation(
        "product delete",
        (P.PRODUCT_DELETE,),
        lambda shop, ctx, at: shop.products.delete(ctx, at.product),
    ),
    Operation(
        "variant create",
        (P.PRODUCT_UPDATE, P.PRICE_UPDATE, P.STOCK_UPDATE),
        lambda shop, ctx, at: shop.variants.create(
            ctx, at.product, variant("Sage", prices=PRICES, stock=STOCK)
        ),
    ),
    Operation(
        "variant update",
        (P.PRODUCT_UPDATE,),
        lambda shop, ctx, at: shop.variants.update(ctx, at.variant, VariantInput(barcode="1")),
    ),
    Operation(
        "variant delete",
        (P.PRODUCT_UPDATE,),
        lambda shop, ctx, at: shop.variants.delete(ctx, at.variant),
    ),
    Operation(
        "prices set",
        (P.PRICE_UPDATE,),
        lambda shop, ctx, at: shop.variants.set_prices(
            ctx, at.product, [VariantPrices(variant=at.variant, prices=PRICES)]
        ),
    ),
    Operation(
        "stock adjust",
        (P.STOCK_UPDATE,),
        lambda shop, ctx, at: shop.stock.adjust(
            ctx, [StockAdjustment(variant=at.variant, delta=1)]
        ),
    ),
    Operation(
        "stock set",
        (P.STOCK_UPDATE,),
        lambda shop, ctx, at: shop.stock.set(ctx, [StockLevelSet(variant=at.variant, quantity=1)]),
    ),
    Operation(
        "location create",
        (P.LOCATION_CREATE,),
        lambda shop, ctx, _: shop.locations.create(ctx, LocationCreate(code="new", name="B")),
        names_a_thing=False,
    ),
    Operation(
        "location update",
        (P.LOCATION_UPDATE,),
        lambda shop, ctx, at: shop.locations.update(ctx, at.location, LocationUpdate(name="C")),
    ),
    Operation(
        "location delete",
        (P.LOCATION_DELETE,),
        lambda shop, ctx, at: shop.locations.delete(ctx, at.location),
    ),
    Operation(
        "category create",
        (P.CATEGORY_CREATE,),
        lambda shop, ctx, _: shop.categories.create(ctx, CategoryCreate(title="New")),
        names_a_thing=False,
    ),
    Operation(
        "category update",
        (P.CATEGORY_UPDATE,),
        lambda shop, ctx, at: shop.categories.update(ctx, at.category, GroupUpdate(title="N")),
    ),
    Operation(
        "category move",
        (P.CATEGORY_UPDATE,),
        lambda shop, ctx, at: shop.categories.move(ctx, at.category, CategoryMove(position=0)),
    ),
    Operation(
        "category delete",
        (P.CATEGORY_DELETE,),
        lambda shop, ctx, at: shop.categories.delete(ctx, at.category),
    ),
    Operation(
        "collection create",
        (P.COLLECTION_CREATE,),
        lambda shop, ctx, _: shop.collections.create(ctx, CollectionCreate(title="New")),
        names_a_thing=False,
    ),
    Operation(
        "collection update",
        (P.COLLECTION_UPDATE,),
        lambda shop, ctx, at: shop.collections.update(
            ctx, at.collection, CollectionUpdate(title="N")
        ),
    ),
    Operation(
        "collection delete",
        (P.COLLECTION_DELETE,),
        lambda shop, ctx, at: shop.collections.delete(ctx, at.collection),
    ),
    Operation(
        "collection products add",
        (P.COLLECTION_UPDATE,),
        lambda shop, ctx, at: shop.collections.add_products(ctx, at.collection, [at.product]),
    ),
    Operation(
        "collection products remove",
        (P.COLLECTION_UPDATE,),
        lambda shop, ctx, at: shop.collections.remove_products(ctx, at.collection, [at.member]),
    ),
    Operation(
        "collection products move",
        (P.COLLECTION_UPDATE,),
        lambda shop, ctx, at: shop.collections.move_products(
            ctx, at.collection, CollectionMove(products=(at.member,))
        ),
    ),
)


async def make_things(shop: Catalogue, number: int = 0) -> Things:
    category = await shop.categories.create(shop.ctx, CategoryCreate(title="Mugs"))
    location = await shop.locations.create(shop.ctx, LocationCreate(code=f"a{number}", name="A"))
    variants = (variant("Oat", stock=(StockInput(quantity=0, location=location.location.id),)),)
    product = await shop.products.create(
        shop.ctx, mug(status="draft", options=_with_sage(), variants=variants)
    )
    second = await shop.products.create(shop.ctx, plain())
    third = await shop.products.create(shop.ctx, plain("Third"))
    members = (second.product.id, third.product.id)
    collection = await shop.collections.create(
        shop.ctx, CollectionCreate(title="New", products=members)
    )
    return Things(
        product.product.id,
        second.product.id,
        product.product.variants[0].id,
        category.category.id,
        collection.collection.id,
        location.location.id,
    )


@pytest.fixture
async def things(shop: Catalogue) -> Things:
    return await make_things(shop)


def _with_sage() -> tuple[Any, ...]:
    [colour] = mug().options
    sage = msgspec.structs.replace(colour.values[0], value="Sage", translations=())
    return (msgspec.structs.replace(colour, values=(*colour.values, sage)),)


async def everything(database: TestDatabase) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the module's tables and of the log."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        names = await connection.fetch(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_name LIKE 'commerce\\_%' OR table_name = 'sys_events'"
        )
        return {
            name: sorted(
                map(
                    tuple, await connection.fetch(f"SELECT t::text FROM {name} AS t")
                )  # names of the catalogue
            )
            for (name,) in names
        }
    finally:
        await connection.close()


async def test_those_who_may_not_change_nothing(
    shop: Catalogue, things: Things, database: TestDatabase
) -> None:
    before = await everything(database)
    for operation in OPERATIONS:
        with pytest.raises(Unauthenticated):
            await operation.call(shop, as_anonymous(shop.ctx), things)
        with pytest.raises(Forbidden):
            await operation.call(shop, as_actor(shop.ctx), things)
        others = [p for p in permissions.PERMISSIONS if p not in operation.needs]
        for missing in operation.needs:
            held = [*others, *(p for p in operation.needs if p is not missing)]
            with pytest.raises(Forbidden):
                await operation.call(shop, as_actor(shop.ctx, *held), things)

    assert await everything(database) == before


async def test_another_tenant_finds_nothing_of_this_one(
    shop: Catalogue, things: Things, other_ctx: Context, database: TestDatabase
) -> None:
    everyone = as_actor(other_ctx, *permissions.PERMISSIONS)
    before = await everything(database)
    for operation in OPERATIONS:
        if operation.names_a_thing:
            with pytest.raises((NotFound, ValidationFailed)) as caught:
                await operation.call(shop, everyone, things)
            if isinstance(caught.value, ValidationFailed):
                assert {error.code for error in caught.value.errors} == {"VARIANT_NOT_FOUND"}

    assert await everything(database) == before


async def test_the_right_one_may(shop: Catalogue) -> None:
    for number, operation in enumerate(OPERATIONS):
        things = await make_things(shop, number)

        result = await operation.call(shop, as_actor(shop.ctx, *operation.needs), things)

        assert result.position is not None, operation.name


def test_every_permission_but_those_to_read_is_needed_by_some_use_case() -> None:
    needed = {permission.key for operation in OPERATIONS for permission in operation.needs}

    assert needed == {p.key for p in permissions.PERMISSIONS if not p.key.endswith(":read")}
