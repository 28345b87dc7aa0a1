"""Creating, changing, publishing and deleting products."""

import pytest

from rustok.commerce.catalog.types import (
    CategoryCreate,
    CollectionCreate,
    ImageInput,
    OptionInput,
    OptionValueInput,
    PriceInput,
    ProductResult,
    ProductUpdate,
    Seo,
    StockInput,
    TranslationInput,
    VariantInput,
)
from rustok.commerce.errors import InvalidStatus, ProductNotFound
from rustok.core.errors import PreconditionFailed, ValidationFailed
from rustok.core.ids import InvalidId
from tests.commerce.conftest import Catalogue, Log
from tests.commerce.goods import mug, plain, variant


@pytest.fixture
async def made(shop: Catalogue) -> ProductResult:
    return await shop.products.create(shop.ctx, mug())


async def test_a_product_is_made_in_one_go(shop: Catalogue, made: ProductResult) -> None:
    product = made.product

    assert product.handle == "tarn-mug"
    assert product.alternates == {"en": "tarn-mug", "de": "bergsee-tasse"}
    assert [(v.sku, v.title, v.available) for v in product.variants] == [
        ("MUG-OAT", "Oat", True),
        ("MUG-INK", "Ink", False),
    ]
    assert [price.price.amount for price in product.variants[0].prices] == ["24.00", "22.00"]
    assert product.price_range is not None
    assert (product.price_range.min.minor, product.price_range.max.minor) == (2200, 2600)
    assert product.on_sale
    assert product.available
    assert product.variants[0].image_id == product.images[0].id
    assert made.staff.private_metadata == {"supplier": "A-17"}
    assert [(level.location, level.quantity) for level in made.staff.stock[0].levels] == [
        ("default", 5)
    ]


async def test_what_is_kept_equals_what_was_answered(shop: Catalogue, made: ProductResult) -> None:
    again = await shop.products.update(shop.ctx, made.product.id, ProductUpdate())

    assert (again.product, again.staff) == (made.product, made.staff)
    assert again.position is None


async def test_a_new_product_leaves_its_facts(
    shop: Catalogue, made: ProductResult, log: Log
) -> None:
    events = [event for event in await log() if event.name.startswith("product")]

    assert [(event.name, event.version) for event in events] == [
        ("product.created", 1),
        ("product.published", 1),
    ]
    assert events[0].payload["handle"] == "tarn-mug"
    assert made.position is not None


async def test_handles_made_from_titles_are_numbered(shop: Catalogue) -> None:
    handles = [
        (await shop.products.create(shop.ctx, plain("Same title"))).product.handle for _ in range(7)
    ]

    assert handles == ["same-title", *(f"same-title-{n}" for n in range(2, 8))]


async def test_a_given_handle_that_is_taken_is_refused(
    shop: Catalogue, made: ProductResult
) -> None:
    with pytest.raises(ValidationFailed) as caught:
        await shop.products.create(shop.ctx, plain(handle="tarn-mug"))

    [error] = caught.value.errors
    assert (error.code, error.path) == ("HANDLE_TAKEN", ("handle",))


async def test_a_handle_of_another_locale_is_taken_too(
    shop: Catalogue, made: ProductResult
) -> None:
    """Else a product without a German text would answer to the German handle of another one."""
    with pytest.raises(ValidationFailed) as caught:
        await shop.products.create(shop.ctx, plain(handle="bergsee-tasse"))

    assert [error.code for error in caught.value.errors] == ["HANDLE_TAKEN"]


async def test_a_sku_that_is_taken_is_refused(shop: Catalogue, made: ProductResult) -> None:
    with pytest.raises(ValidationFailed) as caught:
        await shop.products.create(
            shop.ctx, plain(variants=(VariantInput(sku="MUG-INK", prices=(PriceInput(minor=1),)),))
        )

    [error] = caught.value.errors
    assert (error.code, error.path) == ("SKU_TAKEN", ("variants", 0, "sku"))


async def test_only_what_is_given_changes(shop: Catalogue, made: ProductResult, log: Log) -> None:
    changed = await shop.products.update(
        shop.ctx, made.product.id, ProductUpdate(title="Fell Mug", tags=("new",))
    )

    assert changed.product.version == 2
    assert (changed.product.title, changed.product.tags) == ("Fell Mug", ("new",))
    assert changed.product.handle == "tarn-mug"
    assert changed.product.subtitle == made.product.subtitle
    assert changed.product.variants == made.product.variants
    last = (await log())[-1]
    assert (last.name, last.version) == ("product.updated", 2)
    assert last.payload == {"changed": ["translations", "tags"]}


async def test_translations_come_and_go(shop: Catalogue, made: ProductResult) -> None:
    bare = await shop.products.update(
        shop.ctx, made.product.id, ProductUpdate(remove_translations=("de",))
    )
    again = await shop.products.update(
        shop.ctx,
        made.product.id,
        ProductUpdate(
            translations=(TranslationInput(locale="de", title="Neu", seo=Seo(title="SEO")),)
        ),
    )

    assert set(bare.product.alternates) == {"en"}
    assert again.product.alternates == {"en": "tarn-mug", "de": "neu"}


async def test_a_whole_list_of_variants_is_matched_and_replaced(
    shop: Catalogue, made: ProductResult, log: Log
) -> None:
    changed = await shop.products.update(
        shop.ctx,
        made.product.id,
        ProductUpdate(
            options=(
                OptionInput(
                    name="Colour",
                    values=tuple(OptionValueInput(value=v) for v in ("Ink", "Oat", "Sage")),
                ),
            ),
            variants=(
                variant("Sage", sku="MUG-SAGE", prices=(PriceInput(minor=2700),)),
                variant("Oat", sku="MUG-OAT", stock=(StockInput(quantity=9),)),
            ),
        ),
    )

    sage, oat = changed.product.variants
    assert (sage.sku, oat.id) == ("MUG-SAGE", made.product.variants[0].id)
    assert oat.price == made.product.variants[0].price
    assert changed.staff.stock[1].total == 9
    names = [event.name for event in await log() if event.version == 2]
    assert names == [
        "product.updated",
        "variant.deleted",
        "variant.created",
        "variant.updated",
        "stock.changed",
    ]


async def test_an_option_value_is_renamed_by_its_key(shop: Catalogue, made: ProductResult) -> None:
    colour = made.staff.options[0]
    changed = await shop.products.update(
        shop.ctx,
        made.product.id,
        ProductUpdate(
            options=(
                OptionInput(
                    name="Glaze",
                    key=colour.key,
                    values=(
                        OptionValueInput(value="Oatmeal", key=colour.values[0].key),
                        OptionValueInput(value="Ink"),
                    ),
                ),
            )
        ),
    )

    assert [v.title for v in changed.product.variants] == ["Oatmeal", "Ink"]
    assert changed.product.variants[0].options[0].name == "Glaze"


async def test_an_added_option_gives_every_variant_its_first_value(
    shop: Catalogue, made: ProductResult
) -> None:
    changed = await shop.products.update(
        shop.ctx,
        made.product.id,
        ProductUpdate(
            options=(
                OptionInput(
                    name="Size",
                    values=(OptionValueInput(value="Small"), OptionValueInput(value="Large")),
                ),
                OptionInput(
                    name="Colour",
                    values=(OptionValueInput(value="Oat"), OptionValueInput(value="Ink")),
                ),
            )
        ),
    )

    assert [v.title for v in changed.product.variants] == ["Small / Oat", "Small / Ink"]


async def test_an_option_value_that_a_variant_has_cannot_go(
    shop: Catalogue, made: ProductResult
) -> None:
    with pytest.raises(ValidationFailed) as caught:
        await shop.products.update(
            shop.ctx,
            made.product.id,
            ProductUpdate(
                options=(OptionInput(name="Colour", values=(OptionValueInput(value="Oat"),)),)
            ),
        )

    assert "OPTION_VALUE_IN_USE" in {error.code for error in caught.value.errors}


async def test_images_keep_their_ids_by_address(shop: Catalogue, made: ProductResult) -> None:
    changed = await shop.products.update(
        shop.ctx,
        made.product.id,
        ProductUpdate(images=(ImageInput(url="/new.svg"), ImageInput(url="/media/mug.svg"))),
    )
    without = await shop.products.update(shop.ctx, made.product.id, ProductUpdate(images=()))

    assert changed.product.images[1].id == made.product.images[0].id
    assert changed.product.variants[0].image_id == made.product.images[0].id
    assert without.product.variants[0].image_id is None


async def test_another_version_than_the_expected_one_is_refused(
    shop: Catalogue, made: ProductResult
) -> None:
    key = made.product.id
    await shop.products.update(shop.ctx, key, ProductUpdate(vendor="B"), expected_version=1)

    with pytest.raises(PreconditionFailed) as caught:
        await shop.products.update(shop.ctx, key, ProductUpdate(vendor="C"), expected_version=1)
    with pytest.raises(PreconditionFailed):
        await shop.products.archive(shop.ctx, key, expected_version=1)
    with pytest.raises(PreconditionFailed):
        await shop.products.delete(shop.ctx, key, expected_version=1)

    assert caught.value.extra == {"version": 2}
    assert (await shop.products.update(shop.ctx, key, ProductUpdate())).product.vendor == "B"


async def test_a_product_goes_through_its_states(shop: Catalogue, log: Log) -> None:
    draft = await shop.products.create(shop.ctx, plain())
    key = draft.product.id
    steps = [
        await shop.products.publish(shop.ctx, key),
        await shop.products.unpublish(shop.ctx, key),
        await shop.products.publish(shop.ctx, key),
        await shop.products.archive(shop.ctx, key),
        await shop.products.unpublish(shop.ctx, key),
    ]

    assert draft.product.published_at is None
    assert [step.product.status for step in steps] == [
        "active",
        "draft",
        "active",
        "archived",
        "draft",
    ]
    assert len({step.product.published_at for step in steps}) == 1
    names = [event.name for event in await log() if event.version > 1]
    assert names == [
        "product.published",
        "product.unpublished",
        "product.published",
        "product.archived",
        "product.unpublished",
    ]


async def test_a_step_that_the_state_does_not_allow_is_refused(
    shop: Catalogue, made: ProductResult
) -> None:
    with pytest.raises(InvalidStatus):
        await shop.products.publish(shop.ctx, made.product.id)


async def test_a_deleted_product_is_gone_and_frees_its_names(
    shop: Catalogue, made: ProductResult, log: Log
) -> None:
    await shop.products.delete(shop.ctx, made.product.id)

    last = (await log())[-1]
    assert (last.name, last.version) == ("product.deleted", 2)
    with pytest.raises(ProductNotFound):
        await shop.products.update(shop.ctx, made.product.id, ProductUpdate(title="X"))
    with pytest.raises(ProductNotFound):
        await shop.products.delete(shop.ctx, made.product.id)
    again = await shop.products.create(shop.ctx, mug())
    assert again.product.handle == "tarn-mug"


@pytest.mark.parametrize("key", ["", "prod_", "variant_01m82m621je0atbcwdvg4cwvtq", "\0", "é"])
async def test_what_is_no_id_is_refused(shop: Catalogue, key: str) -> None:
    with pytest.raises(InvalidId):
        await shop.products.publish(shop.ctx, key)


async def test_products_are_put_into_a_category_and_collections(shop: Catalogue) -> None:
    parent = await shop.categories.create(shop.ctx, CategoryCreate(title="Kitchen"))
    child = await shop.categories.create(
        shop.ctx, CategoryCreate(title="Mugs", parent=parent.category.id)
    )
    new = await shop.collections.create(shop.ctx, CollectionCreate(title="New"))
    made = await shop.products.create(
        shop.ctx, mug(category="mugs", collections=(new.collection.id, "new"))
    )

    assert made.product.category is not None
    assert made.product.category.id == child.category.id
    assert [step.handle for step in made.product.category.path] == ["kitchen", "mugs"]
    assert [group.handle for group in made.product.collections] == ["new"]
    out = await shop.products.update(
        shop.ctx, made.product.id, ProductUpdate(category=None, collections=())
    )
    assert (out.product.category, out.product.collections) == (None, ())
