"""What is refused, with a path and a stable code for each thing that is wrong."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rustok.commerce.catalog import domain
from rustok.commerce.catalog.types import (
    ImageInput,
    LocalText,
    OptionChoice,
    OptionInput,
    OptionValueInput,
    PriceInput,
    ProductCreate,
    ProductUpdate,
    Seo,
    StockInput,
    TranslationInput,
    VariantInput,
)
from rustok.core.errors import ValidationFailed
from tests.commerce.conftest import Catalogue
from tests.commerce.goods import mug, plain, variant


async def refused(shop: Catalogue, given: ProductCreate) -> set[tuple[str, str]]:
    """The pointers and codes of what is wrong with a product."""
    with pytest.raises(ValidationFailed) as caught:
        await shop.products.create(shop.ctx, given)
    return {(error.pointer, error.code) for error in caught.value.errors}


WRONG = ProductCreate(
    title=" \t",
    subtitle="x" * (domain.MAX_SUBTITLE + 1),
    handle="Not a handle",
    description_html="a\0b",
    seo=Seo(title="\ud800"),
    vendor="x" * (domain.MAX_WORD + 1),
    translations=(
        TranslationInput(locale="fr", title="Non"),
        TranslationInput(locale="de"),
        TranslationInput(locale="de", title="Zweimal"),
        TranslationInput(locale="en", title="Again"),
    ),
    tags=("", "ok"),
    category="cat_nothing",
    collections=("nowhere",),
    images=(ImageInput(url="javascript:alert(1)", width=0),),
    metadata={"": "x"},
    variants=(
        VariantInput(
            sku="  ",
            weight_grams=-1,
            prices=(
                PriceInput(minor=-1),
                PriceInput(amount="1.234"),
                PriceInput(currency="XXQ", minor=1),
                PriceInput(currency="USD"),
                PriceInput(currency="CHF", amount="1", minor=100),
            ),
            stock=(
                StockInput(quantity=-1),
                StockInput(quantity=1, location="moon"),
            ),
            image=7,
        ),
    ),
)


async def test_everything_that_is_wrong_is_said_at_once(shop: Catalogue) -> None:
    errors = await refused(shop, WRONG)

    assert errors == {
        ("/title", "REQUIRED"),
        ("/subtitle", "TOO_LONG"),
        ("/handle", "INVALID_HANDLE"),
        ("/descriptionHtml", "INVALID_TEXT"),
        ("/seo/title", "INVALID_TEXT"),
        ("/vendor", "TOO_LONG"),
        ("/translations/0/locale", "UNKNOWN_LOCALE"),
        ("/translations/1/title", "REQUIRED"),
        ("/translations/2/locale", "DUPLICATE"),
        ("/translations/3/locale", "DUPLICATE"),
        ("/tags/0", "REQUIRED"),
        ("/category", "CATEGORY_NOT_FOUND"),
        ("/collections/0", "COLLECTION_NOT_FOUND"),
        ("/images/0/url", "INVALID_URL"),
        ("/images/0/width", "OUT_OF_RANGE"),
        ("/metadata/", "REQUIRED"),
        ("/variants/0/sku", "REQUIRED"),
        ("/variants/0/weightGrams", "OUT_OF_RANGE"),
        ("/variants/0/prices/0/amount", "OUT_OF_RANGE"),
        ("/variants/0/prices/1/amount", "TOO_PRECISE"),
        ("/variants/0/prices/1/currency", "DUPLICATE"),
        ("/variants/0/prices/2/currency", "UNKNOWN_CURRENCY"),
        ("/variants/0/prices/3/amount", "REQUIRED"),
        ("/variants/0/prices/4/amount", "AMBIGUOUS"),
        ("/variants/0/stock", "NEGATIVE_STOCK"),
        ("/variants/0/stock/1/location", "LOCATION_NOT_FOUND"),
        ("/variants/0/image", "IMAGE_NOT_FOUND"),
    }


def many(number: int) -> tuple[OptionValueInput, ...]:
    return tuple(OptionValueInput(value=f"v{n}") for n in range(number))


RULES: tuple[tuple[dict[str, Any], tuple[str, str]], ...] = (
    (
        {"options": tuple(OptionInput(name=f"o{n}", values=many(1)) for n in range(4))},
        ("/options", "TOO_MANY"),
    ),
    (
        {"variants": tuple(VariantInput() for _ in range(domain.MAX_VARIANTS + 1))},
        ("/variants", "TOO_MANY"),
    ),
    (
        {"images": tuple(ImageInput(url="/a") for _ in range(domain.MAX_IMAGES + 1))},
        ("/images", "TOO_MANY"),
    ),
    (
        {"tags": tuple(f"t{n}" for n in range(domain.MAX_TAGS + 1))},
        ("/tags", "TOO_MANY"),
    ),
    (
        {"metadata": {f"k{n}": "v" for n in range(domain.MAX_METADATA + 1)}},
        ("/metadata", "TOO_MANY"),
    ),
    (
        {"options": (OptionInput(name="A", values=()),), "variants": ()},
        ("/options/0/values", "REQUIRED"),
    ),
    (
        {"options": (OptionInput(name="A", values=(*many(1), *many(1))),), "variants": ()},
        ("/options/0/values/1/value", "DUPLICATE"),
    ),
    (
        {
            "options": (
                OptionInput(
                    name="A",
                    values=many(1),
                    translations=(LocalText(locale="xx", text="B"),),
                ),
            ),
            "variants": (),
        },
        ("/options/0/translations/0/locale", "UNKNOWN_LOCALE"),
    ),
    ({"variants": (VariantInput(),)}, ("/variants/0/options", "REQUIRED")),
    (
        {"variants": (variant("Blue"),)},
        ("/variants/0/options", "UNKNOWN_OPTION_VALUE"),
    ),
    (
        {"variants": (variant("Ink"), variant("Ink"))},
        ("/variants/1/options", "DUPLICATE_VARIANT"),
    ),
    (
        {"variants": (variant("Oat", sku="S"), variant("Ink", sku="S"))},
        ("/variants/1/sku", "SKU_TAKEN"),
    ),
    ({"options": ()}, ("/variants/0/options/0/name", "UNKNOWN_OPTION")),
    ({"category": "\0"}, ("", "INVALID_TEXT")),
)


async def test_each_limit_and_rule(shop: Catalogue) -> None:
    for fields, error in RULES:
        assert error in await refused(shop, mug(**fields))


async def test_a_refused_product_leaves_nothing(shop: Catalogue) -> None:
    await shop.products.create(shop.ctx, mug())
    errors = await refused(shop, mug(handle="tarn-mug"))

    assert errors == {
        ("/handle", "HANDLE_TAKEN"),
        ("/variants/0/sku", "SKU_TAKEN"),
        ("/variants/1/sku", "SKU_TAKEN"),
    }
    assert set(await shop.queries.product_ids(shop.ctx, ["tarn-mug", "tarn-mug-2"])) == {"tarn-mug"}


async def test_back_orders_allow_stock_below_zero(shop: Catalogue) -> None:
    made = await shop.products.create(
        shop.ctx,
        plain(variants=(VariantInput(allow_backorder=True, stock=(StockInput(quantity=-3),)),)),
    )

    assert made.staff.stock[0].total == -3
    assert made.product.available
    with pytest.raises(ValidationFailed) as caught:
        await shop.variants.update(
            shop.ctx, made.product.variants[0].id, VariantInput(allow_backorder=False)
        )
    assert [error.code for error in caught.value.errors] == ["NEGATIVE_STOCK"]


NAUGHTY = (
    "undefined",
    "NULL",
    "\\\\",
    "1;DROP TABLE commerce_products",
    "' OR 1=1 --",
    "%s %n {0} ${7*7}",
    "<script>alert(1)</script>",
    "Ω≈ç√∫µ≤≥÷",
    "田中さんにあげて下さい",
    "ثم نفس سقطت",
    "👩‍👩‍👧‍👦 🇨🇭",
    "\u202etest\u202e",
    "\ufeffbom",
    "T̟o̬ invoke the hive-mind",
    "  leading and trailing  ",
    "line\nbreak\ttab\u0085nel\u2028ls",
    "\x7f\x1b[31mred",
    '{"$gt": ""}',
)


async def test_naughty_texts_come_back_equal(shop: Catalogue) -> None:
    for text in NAUGHTY:
        await check_it_comes_back(shop, text)


async def check_it_comes_back(shop: Catalogue, text: str) -> None:
    made = await shop.products.create(
        shop.ctx,
        ProductCreate(
            title=text,
            subtitle=text,
            seo=Seo(title=text, description=text),
            vendor=text,
            product_type=text,
            tags=(text,),
            metadata={text: text},
            private_metadata={text: text},
            options=(OptionInput(name=text, values=(OptionValueInput(value=text),)),),
            variants=(
                VariantInput(
                    options=(OptionChoice(name=text, value=text),), sku=text, barcode=text
                ),
            ),
            images=(ImageInput(url="/a", alt=text),),
        ),
    )
    kept = await shop.products.update(shop.ctx, made.product.id, ProductUpdate())

    product = kept.product
    assert (kept.product, kept.staff) == (made.product, made.staff)
    assert [product.title, product.subtitle, product.vendor, product.product_type] == [text] * 4
    assert [product.tags, product.metadata] == [(text,), {text: text}]
    assert [product.variants[0].sku, product.variants[0].barcode] == [text] * 2
    assert product.variants[0].title == text
    assert product.images[0].alt == text


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(title=st.text(max_size=300), sku=st.text(max_size=120), tag=st.text(max_size=120))
async def test_any_text_is_kept_or_refused(shop: Catalogue, title: str, sku: str, tag: str) -> None:
    given = ProductCreate(title=title, tags=(tag,), variants=(VariantInput(sku=sku),))
    codes: set[str] = set()
    try:
        made = await shop.products.create(shop.ctx, given)
    except ValidationFailed as error:
        codes = {e.code for e in error.errors}
    else:
        kept = await shop.products.update(shop.ctx, made.product.id, ProductUpdate())
        assert (kept.product.title, kept.product.tags) == (title, (tag,))
        assert kept.product.variants[0].sku == sku
    assert codes <= {"REQUIRED", "TOO_LONG", "INVALID_TEXT", "SKU_TAKEN"}
