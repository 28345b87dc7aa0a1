"""A generated catalogue, the same in every run: products with four variants each."""

from itertools import product as pairs

from rustok.commerce.catalog.service import CategoryService, CollectionService, ProductService
from rustok.commerce.catalog.types import (
    CategoryCreate,
    CollectionCreate,
    ImageInput,
    OptionChoice,
    OptionInput,
    OptionValueInput,
    PriceInput,
    ProductCreate,
    Seo,
    StockInput,
    VariantInput,
)
from rustok.core.context import Context
from rustok.core.host import Host

PRODUCTS = 200
_MAX_BULK = 100

MATERIALS = "Oak Linen Copper Slate Wool Cedar Marble Cotton Brass Walnut".split()
THINGS = "Table Lamp Chair Bowl Blanket Shelf Mirror Kettle Basket Vase".split()
STYLES = ("Quiet", "Northern")
VENDORS = "Aldermoor Birkdale Corrie Dunmore Eskdale".split()
TAGS = "handmade gift kitchen garden reading morning winter new".split()
COLOURS = ("Oat", "Ink")
SIZES = ("Small", "Large")
COLLECTIONS = ("Slow mornings", "Under the eaves", "Gifts")
TEXT = (
    "<p>Made in small batches by people who know the material and take their time over it.</p>"
    "<ul><li>Finished by hand</li><li>Repaired for free</li><li>Packed without plastic</li></ul>"
    "<p>It gets better with the years: wipe it dry, keep it out of the sun, and use it daily.</p>"
)


def product(number: int, *, handle: str | None = None, grouped: bool = True) -> ProductCreate:
    """The product of a number; `grouped` puts it into a category and a collection."""
    material = MATERIALS[number % 10]
    thing = THINGS[number // 10 % 10]
    title = f"{STYLES[number // 100 % 2]} {material} {thing}"
    sku = handle or f"sku-{number}"
    return ProductCreate(
        title=title,
        subtitle=f"A {thing.lower()} of {material.lower()} for every day",
        handle=handle,
        description_html=f"<p>{title}.</p>{TEXT}",
        seo=Seo(title=title, description=f"{title}, made to last."),
        status="active",
        vendor=VENDORS[number % 5],
        product_type=thing,
        tags=(TAGS[number % 8], TAGS[number * 3 % 8 - 1]),
        category=thing.lower() if grouped else None,
        collections=(_handle(COLLECTIONS[number % 3]),) if grouped else (),
        options=(_option("Colour", COLOURS), _option("Size", SIZES)),
        variants=tuple(
            VariantInput(
                sku=f"{sku}-{place}",
                weight_grams=200 + 10 * place,
                options=(
                    OptionChoice(name="Colour", value=colour),
                    OptionChoice(name="Size", value=size),
                ),
                prices=(PriceInput(minor=1000 + 37 * number + 500 * place),),
                stock=(StockInput(quantity=(number + place) % 9),),
            )
            for place, (colour, size) in enumerate(pairs(COLOURS, SIZES))
        ),
        images=(
            ImageInput(
                url=f"https://images.example/{number}.jpg", alt=title, width=1200, height=1500
            ),
        ),
    )


async def fill(host: Host, ctx: Context, products: int = PRODUCTS) -> None:
    """Makes the catalogue through the services, as its owner would; a multiple of 100 products."""
    for thing in THINGS:
        await host.get(CategoryService).create(ctx, CategoryCreate(title=thing))
    for title in COLLECTIONS:
        await host.get(CollectionService).create(ctx, CollectionCreate(title=title))
    for start in range(0, products, _MAX_BULK):
        batch = [product(number) for number in range(start, start + _MAX_BULK)]
        result = await host.get(ProductService).create_many(ctx, batch)
        assert not [item.errors for item in result.items if item.errors]


def _option(name: str, values: tuple[str, ...]) -> OptionInput:
    return OptionInput(name=name, values=tuple(OptionValueInput(value=value) for value in values))


def _handle(title: str) -> str:
    return title.lower().replace(" ", "-")
