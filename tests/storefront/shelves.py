"""A small shop to look at: categories, a collection, mugs with a choice and many bowls."""

from typing import Any

from rustok.commerce.catalog.types import (
    CategoryCreate,
    CollectionCreate,
    ImageInput,
    LocalText,
    OptionChoice,
    OptionInput,
    OptionValueInput,
    PriceInput,
    ProductCreate,
    StockInput,
    TranslationInput,
    VariantInput,
)

BOWLS = 30
COLOURS = {"Oat": "Hafer", "Ink": "Tinte"}
SIZES = {"Small": "Klein", "Large": "Groß"}

TABLEWARE = CategoryCreate(
    title="Tableware",
    description_html="<p>For the <em>table</em>.</p>",
    translations=(TranslationInput(locale="de", title="Geschirr"),),
)
MUGS = CategoryCreate(
    title="Mugs",
    parent="tableware",
    translations=(TranslationInput(locale="de", title="Tassen"),),
)
BOWLS_CATEGORY = CategoryCreate(title="Bowls", parent="tableware")
MORNINGS = CollectionCreate(
    title="Slow mornings",
    description_html="<p>For the first hour.</p>",
    translations=(TranslationInput(locale="de", title="Langsame Morgen"),),
    image=ImageInput(url="https://images.example/mornings.jpg", width=1200, height=900),
)


def option(name: str, german: str, values: dict[str, str]) -> OptionInput:
    """An option in two languages."""
    return OptionInput(
        name=name,
        translations=(LocalText(locale="de", text=german),),
        values=tuple(
            OptionValueInput(value=value, translations=(LocalText(locale="de", text=text),))
            for value, text in values.items()
        ),
    )


def mug() -> ProductCreate:
    """A mug in two colours and two sizes; large ink ones are sold out, and oat ones on sale."""
    return ProductCreate(
        title="Tarn Mug",
        subtitle="A generous mug",
        description_html="<p>Thrown by <b>hand</b>.</p>",
        status="active",
        vendor="Aldermoor",
        product_type="Mug",
        tags=("stoneware",),
        category="mugs",
        collections=("slow-mornings",),
        translations=(
            TranslationInput(locale="de", title="Bergsee-Tasse", subtitle="Eine große Tasse"),
        ),
        options=(option("Colour", "Farbe", COLOURS), option("Size", "Größe", SIZES)),
        variants=tuple(
            VariantInput(
                sku=f"MUG-{colour}-{size}".upper(),
                weight_grams=340 if size == "Small" else 1250,
                options=(
                    OptionChoice(name="Colour", value=colour),
                    OptionChoice(name="Size", value=size),
                ),
                prices=(
                    PriceInput(
                        minor=2200 if size == "Small" else 2600,
                        compare_at_minor=2900 if colour == "Oat" else None,
                    ),
                ),
                stock=(StockInput(quantity=0 if (colour, size) == ("Ink", "Large") else 5),),
            )
            for colour in COLOURS
            for size in SIZES
        ),
        images=(
            ImageInput(url="/static/demo/mug.svg", alt="A mug", width=1200, height=1500),
            ImageInput(url="https://images.example/mug.jpg", alt="Two mugs"),
        ),
        metadata={"care_advice": "dishwasher safe"},
    )


def bowl(number: int, **fields: Any) -> ProductCreate:
    """One of many bowls; they have no German texts, and each costs one euro more."""
    given: dict[str, Any] = {
        "title": f"Bowl {number:02}",
        "status": "active",
        "vendor": "Ostra" if number % 2 else "Harrow",
        "product_type": "Bowl",
        "category": "bowls",
        "variants": (
            VariantInput(
                sku=f"BOWL-{number:02}",
                prices=(PriceInput(minor=1000 + 100 * number),),
                stock=(StockInput(quantity=number % 3),),
            ),
        ),
    }
    return ProductCreate(**{**given, **fields})
