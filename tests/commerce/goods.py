"""Products to try the catalogue with."""

from typing import Any

from rustok.commerce.catalog.types import (
    ImageInput,
    LocalText,
    OptionChoice,
    OptionInput,
    OptionValueInput,
    PriceInput,
    ProductCreate,
    Seo,
    StockInput,
    TranslationInput,
    VariantInput,
)

COLOURS = {"Oat": "Hafer", "Ink": "Tinte"}


def variant(colour: str, **fields: Any) -> VariantInput:
    """A variant of a mug in one colour."""
    return VariantInput(options=(OptionChoice(name="Colour", value=colour),), **fields)


def mug(**fields: Any) -> ProductCreate:
    """A mug in two colours and two languages, with prices, stock and an image."""
    given: dict[str, Any] = {
        "title": "Tarn Mug",
        "subtitle": "A generous mug",
        "description_html": "<p>Thrown by <b>hand</b>.</p>",
        "seo": Seo(title="Tarn Mug | Acme", description="A mug."),
        "translations": (
            TranslationInput(locale="de", title="Bergsee-Tasse", subtitle="Eine große Tasse"),
        ),
        "status": "active",
        "vendor": "Aldermoor",
        "product_type": "Mug",
        "tags": ("stoneware", "kitchen"),
        "options": (
            OptionInput(
                name="Colour",
                translations=(LocalText(locale="de", text="Farbe"),),
                values=tuple(
                    OptionValueInput(
                        value=english, translations=(LocalText(locale="de", text=german),)
                    )
                    for english, german in COLOURS.items()
                ),
            ),
        ),
        "variants": (
            variant(
                "Oat",
                sku="MUG-OAT",
                barcode="2041000010000",
                weight_grams=340,
                prices=(
                    PriceInput(amount="22.00", compare_at_amount="28.00"),
                    PriceInput(currency="CHF", minor=2400),
                ),
                stock=(StockInput(quantity=5),),
                image=0,
            ),
            variant("Ink", sku="MUG-INK", prices=(PriceInput(minor=2600),)),
        ),
        "images": (
            ImageInput(
                url="/media/mug.svg",
                alt="A mug",
                translations=(LocalText(locale="de", text="Eine Tasse"),),
                width=1200,
                height=1500,
            ),
        ),
        "metadata": {"material": "stoneware"},
        "private_metadata": {"supplier": "A-17"},
    }
    return ProductCreate(**{**given, **fields})


def plain(title: str = "Bowl", **fields: Any) -> ProductCreate:
    """A draft without options, with one variant."""
    return ProductCreate(
        **{
            "title": title,
            "variants": (VariantInput(prices=(PriceInput(minor=1000),)),),
            **fields,
        }
    )
