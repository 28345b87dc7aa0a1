"""Documents of products: what they hold, which events change them, who reads them."""

import asyncio
from uuid import UUID

import msgspec
import pytest

from rustok.commerce.catalog.documents import ProductIds, Reader
from rustok.commerce.catalog.product import Product
from rustok.commerce.catalog.projections import AT_ONCE, ProductProjection
from rustok.commerce.catalog.types import (
    PRODUCT_ID,
    CategoryCreate,
    CategoryMove,
    CollectionCreate,
    CollectionUpdate,
    GroupUpdate,
    ProductDocument,
    ProductResult,
    ProductUpdate,
    StockAdjustment,
    TranslationInput,
    decode_product,
    decode_staff,
)
from rustok.commerce.errors import CollectionNotFound, ProductNotFound
from rustok.commerce.permissions import PRODUCT_READ
from rustok.core.context import Context
from rustok.core.documents import Document, Search
from rustok.core.errors import Forbidden, Unauthenticated
from rustok.core.host import Host
from rustok.testing.actors import as_actor, as_anonymous
from tests.commerce.conftest import Catalogue, Settle
from tests.commerce.goods import mug, plain


@pytest.fixture
async def made(shop: Catalogue) -> ProductResult:
    kitchen = await shop.categories.create(
        shop.ctx,
        CategoryCreate(
            title="Kitchen", translations=(TranslationInput(locale="de", title="Küche"),)
        ),
    )
    mugs = await shop.categories.create(
        shop.ctx, CategoryCreate(title="Mugs", parent=kitchen.category.id)
    )
    new = await shop.collections.create(shop.ctx, CollectionCreate(title="New"))
    return await shop.products.create(
        shop.ctx, mug(category=mugs.category.id, collections=(new.collection.id,))
    )


async def loaded(host: Host, ctx: Context, *products: str) -> dict[str, Document]:
    """The documents of products by locale."""
    ids = [PRODUCT_ID.parse(product) for product in products]
    async with host.db.read(ctx) as session:
        found = await ProductProjection().load(ctx, session, ids)
    return {document.locale: document for document in found}


def german(ctx: Context) -> Context:
    return msgspec.structs.replace(ctx, locale="de")


async def test_a_document_per_locale(host: Host, shop: Catalogue, made: ProductResult) -> None:
    documents = await loaded(host, shop.ctx, made.product.id)

    assert decode_product(documents["en"].body) == made.product
    staff = documents["en"].staff
    assert staff is not None
    assert decode_staff(staff) == made.staff
    body = decode_product(documents["de"].body)
    assert (body.title, body.handle, body.subtitle) == (
        "Bergsee-Tasse",
        "bergsee-tasse",
        "Eine große Tasse",
    )
    assert [(v.title, v.options[0].name) for v in body.variants] == [
        ("Hafer", "Farbe"),
        ("Tinte", "Farbe"),
    ]
    assert body.images[0].alt == "Eine Tasse"
    assert body.category is not None
    assert [step.title for step in body.category.path] == ["Küche", "Mugs"]


async def test_making_many_documents_gives_way_to_whatever_else_the_process_does(
    host: Host, shop: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2 * AT_ONCE):
        await shop.products.create(shop.ctx, plain(f"Bowl {number}"))
    async with host.db.read(shop.ctx) as session:
        ids = await ProductProjection().ids(shop.ctx, session, None, 2 * AT_ONCE)
        turns, turns_at = 0, []

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        document = Reader.document

        def noted(reader: Reader, product: Product, ids: ProductIds) -> ProductDocument:
            turns_at.append(turns)
            return document(reader, product, ids)

        monkeypatch.setattr(Reader, "document", noted)
        meanwhile = asyncio.create_task(others())
        await ProductProjection().load(shop.ctx, session, ids)
        meanwhile.cancel()
    locales = len(shop.ctx.tenant.locales)
    first, second = turns_at[: AT_ONCE * locales], turns_at[AT_ONCE * locales :]
    assert len(set(first)) == len(set(second)) == 1
    assert first[0] < second[0]


async def test_what_is_filtered_sorted_and_searched(
    host: Host, shop: Catalogue, made: ProductResult
) -> None:
    document = (await loaded(host, shop.ctx, made.product.id))["en"]
    category = made.product.category
    assert category is not None

    assert set(document.facets) == {
        "vendor=Aldermoor",
        "type=Mug",
        "tag=stoneware",
        "tag=kitchen",
        *(f"category={step.id}" for step in category.path),
        f"collection={made.product.collections[0].id}",
        "option.Colour=Oat",
        "option.Colour=Ink",
    }
    assert (document.amount_min, document.amount_max, document.available) == (2200, 2600, True)
    assert {"MUG-OAT", "2041000010000", "Aldermoor", "Kitchen", "Oat"} <= set(document.keywords)
    assert document.text == "Thrown by hand ."
    assert (document.version, document.status) == (1, "active")


async def test_a_locale_without_texts_falls_back(host: Host, shop: Catalogue) -> None:
    made = await shop.products.create(shop.ctx, plain("Bowl"))
    body = decode_product((await loaded(host, shop.ctx, made.product.id))["de"].body)

    assert (body.locale, body.title, body.handle) == ("de", "Bowl", "bowl")
    assert body.alternates == {"en": "bowl"}


async def test_the_json_is_in_camel_case_with_every_field(
    host: Host, shop: Catalogue, made: ProductResult
) -> None:
    body = msgspec.json.decode((await loaded(host, shop.ctx, made.product.id))["en"].body)

    assert {"descriptionHtml", "productType", "priceRange", "publishedAt", "onSale"} <= set(body)
    assert body["variants"][0]["compareAtPrice"] == {
        "amount": "28.00",
        "currency": "EUR",
        "minor": 2800,
    }
    assert "privateMetadata" not in body


async def test_a_deleted_product_has_no_document(
    host: Host, shop: Catalogue, made: ProductResult
) -> None:
    await shop.products.delete(shop.ctx, made.product.id)

    assert await loaded(host, shop.ctx, made.product.id) == {}


async def test_rebuilds_walk_through_all_products(host: Host, shop: Catalogue) -> None:
    wanted = [
        PRODUCT_ID.parse((await shop.products.create(shop.ctx, plain(f"P{n}"))).product.id)
        for n in range(5)
    ]
    found: list[UUID] = []
    async with host.db.read(shop.ctx) as session:
        while True:
            after = found[-1] if found else None
            page = await ProductProjection().ids(shop.ctx, session, after, 2)
            if not page:
                break
            found += page

    assert found == wanted


async def test_documents_follow_every_change(
    shop: Catalogue, made: ProductResult, settle: Settle
) -> None:
    key = made.product.id

    async def seen() -> object:
        await settle()
        found = decode_product((await shop.queries.product(shop.ctx, key)).body)
        category = found.category
        return (
            [step.title for step in category.path] if category else None,
            [group.title for group in found.collections],
            found.available,
        )

    assert await seen() == (["Kitchen", "Mugs"], ["New"], True)
    category = made.product.category
    assert category is not None
    kitchen, mugs = category.path
    collection = made.product.collections[0].id
    await shop.categories.update(shop.ctx, kitchen.id, GroupUpdate(title="Küchenzeug"))
    assert await seen() == (["Küchenzeug", "Mugs"], ["New"], True)
    await shop.categories.move(shop.ctx, mugs.id, CategoryMove())
    assert await seen() == (["Mugs"], ["New"], True)
    await shop.collections.update(shop.ctx, collection, CollectionUpdate(title="Newest"))
    assert await seen() == (["Mugs"], ["Newest"], True)
    await shop.stock.adjust(
        shop.ctx, [StockAdjustment(variant=made.product.variants[0].id, delta=-5)]
    )
    assert await seen() == (["Mugs"], ["Newest"], False)
    await shop.collections.remove_products(shop.ctx, collection, [key])
    assert await seen() == (["Mugs"], [], False)
    await shop.collections.add_products(shop.ctx, collection, [key])
    await shop.collections.delete(shop.ctx, collection)
    await shop.categories.delete(shop.ctx, mugs.id)
    assert await seen() == (None, [], False)


async def test_anyone_sees_what_is_active_and_staff_the_rest(
    shop: Catalogue, made: ProductResult, settle: Settle
) -> None:
    draft = (await shop.products.create(shop.ctx, plain("Draft"))).product
    await settle()
    anyone = as_anonymous(shop.ctx)
    staff = as_actor(shop.ctx, PRODUCT_READ)

    public = await shop.queries.product(anyone, "tarn-mug")
    assert (decode_product(public.body), public.staff) == (made.product, None)
    assert (await shop.queries.product(staff, made.product.id)).staff is not None
    assert (await shop.queries.product(german(anyone), "bergsee-tasse")).locale == "de"
    for key in (draft.id, draft.handle, "nothing", "prod_nothing", "bergsee-tasse"):
        with pytest.raises(ProductNotFound):
            await shop.queries.product(anyone, key)
    assert (await shop.queries.product(staff, "draft")).status == "draft"
    both = [draft.id, made.product.id, "nothing"]
    assert [d.handle for d in await shop.queries.products_by_ids(anyone, both)] == ["tarn-mug"]
    assert len(await shop.queries.products_by_ids(staff, both)) == 2


async def test_lists_are_of_what_the_caller_may_see(
    shop: Catalogue, made: ProductResult, settle: Settle
) -> None:
    await shop.products.create(shop.ctx, plain("Draft"))
    await settle()
    anyone = as_anonymous(shop.ctx)
    every = Search(locale="en", statuses=("active", "draft"))

    found = await shop.queries.products(
        anyone, Search(locale="en", text="stoneware", count_facets=("vendor", "option.Colour"))
    )
    assert [(item.handle, item.staff) for item in found.page.items] == [("tarn-mug", None)]
    assert [(value.value, value.count) for value in found.facets["vendor"]] == [("Aldermoor", 1)]
    assert {value.value for value in found.facets["option.Colour"]} == {"Oat", "Ink"}
    with pytest.raises(Unauthenticated):
        await shop.queries.products(anyone, every)
    with pytest.raises(Forbidden):
        await shop.queries.products(as_actor(shop.ctx), every)
    staff = await shop.queries.products(as_actor(shop.ctx, PRODUCT_READ), every)
    assert len(staff.page.items) == 2


async def test_a_collections_products_come_in_its_order(shop: Catalogue, settle: Settle) -> None:
    ids = [
        (await shop.products.create(shop.ctx, plain(f"P{n}", status="active"))).product.id
        for n in range(4)
    ]
    draft = (await shop.products.create(shop.ctx, plain("Draft"))).product.id
    order = (ids[2], draft, ids[0], ids[3], ids[1])
    made = await shop.collections.create(shop.ctx, CollectionCreate(title="Picked", products=order))
    await settle()
    anyone = as_anonymous(shop.ctx)

    first = await shop.queries.collection_products(anyone, "picked", first=2)
    second = await shop.queries.collection_products(anyone, "picked", first=2, after=first.end)
    staff = await shop.queries.collection_products(shop.ctx, made.collection.id)

    public = [item for item in order if item != draft]
    assert [PRODUCT_ID.text(d.id) for d in (*first.items, *second.items)] == public
    assert (first.has_next, second.has_next) == (True, False)
    assert [PRODUCT_ID.text(d.id) for d in staff.items] == list(order)
    with pytest.raises(CollectionNotFound):
        await shop.queries.collection_products(anyone, "nothing")


async def test_another_tenant_sees_nothing(
    shop: Catalogue, made: ProductResult, settle: Settle, other_ctx: Context
) -> None:
    await settle()

    for key in (made.product.id, made.product.handle):
        with pytest.raises(ProductNotFound):
            await shop.queries.product(other_ctx, key)
    assert await shop.queries.category_tree(other_ctx) == ()
    assert (await shop.queries.collections(other_ctx)).items == ()
    found = await shop.queries.products(other_ctx, Search(locale="de"))
    assert found.page.items == ()


async def test_an_update_reaches_the_document(
    shop: Catalogue, made: ProductResult, settle: Settle
) -> None:
    changed = await shop.products.update(shop.ctx, made.product.id, ProductUpdate(title="Fell"))
    await settle()

    assert (
        decode_product((await shop.queries.product(shop.ctx, "tarn-mug")).body) == changed.product
    )
