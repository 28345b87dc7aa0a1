"""Real and made files of Shopify's product CSV become products, once, however often they come."""

import subprocess
import sys
from pathlib import Path

import pytest

from rustok.app.imports.shopify import ImportOptions, import_products
from rustok.commerce.catalog.product import Product
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import (
    PRODUCT_ID,
    VARIANT_ID,
    ImageInput,
    LocalText,
    OptionInput,
    OptionValueInput,
    PriceInput,
    ProductUpdate,
    TranslationInput,
    VariantInput,
)
from rustok.core.context import Context
from rustok.core.host import Host
from tests.imports.conftest import Import, Read, csv_of, file_of, products_of

DATA = Path(__file__).parents[3] / "shared" / "data"
REAL = {"shopify-apparel.csv": (20, 22), "shopify-home-and-garden.csv": (20, 21)}

SHIRT = """\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,\
Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,\
Image Position,Image Alt Text,SEO Title,SEO Description,Variant Image,Status
shirt,Linen Shirt,"<p>Light.</p>
<script>alert(1)</script>",Mill & Co,Shirt,"summer, linen, summer",true,Size,S,Colour,Sand,LS-S,\
210.5,shopify,4,deny,49.90,60,40123,https://cdn.example/b.jpg,2,Back,Buy linen,Light linen,\
https://cdn.example/s.jpg,active
shirt,,,,,,,,M,,Sand,LS-M,220,shopify,-3,continue,49.90,0.00,,https://cdn.example/a.jpg,1,Front,,,,
shirt,,,,,,,,,,,,,,,,,,,//cdn.example/c.jpg,3,,,,,
"""


def real_file(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not part of the project: it is looked for in ../shared/data")
    return path


def only(products: dict[str, Product]) -> Product:
    [product] = products.values()
    return product


@pytest.mark.parametrize("name", REAL)
async def test_the_real_files_import_without_a_finding_and_once(
    run: Import, stored: Read, name: str
) -> None:
    content = real_file(name).read_bytes()

    first = await run(content, publish=True)
    products = await stored()
    second = await run(content, publish=True)

    assert (first.errors, first.warnings) == ((), ())
    assert (first.products, first.rows) == REAL[name]
    assert (first.counts.created, first.counts.updated) == (first.products, 0)
    assert (second.counts.created, second.counts.unchanged) == (0, first.products)
    assert await stored() == products
    assert {product.status for product in products.values()} == {"active"}
    assert all(v.price("EUR") for p in products.values() for v in p.variants)


async def test_every_column_arrives(run: Import, stored: Read) -> None:
    report = await run(SHIRT, publish=True)

    assert report.errors == ()
    shirt = only(await stored())
    text = shirt.translations[0]
    assert (text.locale, text.handle, text.title) == ("en", "shirt", "Linen Shirt")
    assert text.description_html == "<p>Light.</p>\n"
    assert (text.seo_title, text.seo_description) == ("Buy linen", "Light linen")
    assert (shirt.vendor, shirt.product_type, shirt.tags) == (
        "Mill & Co",
        "Shirt",
        ("summer", "linen"),
    )
    assert [option.names["en"] for option in shirt.options] == ["Size", "Colour"]
    assert [[v.names["en"] for v in o.values] for o in shirt.options] == [["S", "M"], ["Sand"]]
    assert [(image.url[-5:], image.alts["en"]) for image in shirt.images] == [
        ("a.jpg", "Front"),
        ("b.jpg", "Back"),
        ("c.jpg", ""),
        ("s.jpg", ""),
    ]
    small, medium = shirt.variants
    assert (small.sku, small.barcode, small.weight_grams) == ("LS-S", "40123", 211)
    assert (small.stock, small.allow_backorder) == (4, False)
    assert (medium.stock, medium.allow_backorder) == (-3, True)
    assert [(p.currency, p.minor, p.compare_at_minor) for p in small.prices] == [
        ("EUR", 4990, 6000)
    ]
    assert [p.compare_at_minor for p in medium.prices] == [None]
    assert small.image_id == shirt.images[3].id
    assert medium.image_id is None


async def test_a_changed_file_changes_the_same_products_and_variants(
    run: Import, stored: Read
) -> None:
    await run(SHIRT, publish=True)
    before = only(await stored())
    changed = SHIRT.replace("LS-M", "LS-MEDIUM").replace("49.90", "39.90").replace(",4,", ",9,")

    report = await run(changed.replace("Linen Shirt", "Shirt of linen"), publish=True)

    after = only(await stored())
    assert (report.counts.created, report.counts.updated) == (0, 1)
    assert [v.id for v in after.variants] == [v.id for v in before.variants]
    assert [i.id for i in after.images] == [i.id for i in before.images]
    assert [v.sku for v in after.variants] == ["LS-S", "LS-MEDIUM"]
    assert [v.prices[0].minor for v in after.variants] == [3990, 3990]
    assert [v.stock for v in after.variants] == [9, -3]
    assert after.translations[0].title == "Shirt of linen"


async def test_a_variant_keeps_its_identity_by_sku_when_its_options_change(
    run: Import, stored: Read
) -> None:
    await run(SHIRT)
    before = only(await stored())

    await run(SHIRT.replace(",,M,", ",,Medium,"))

    after = only(await stored())
    assert [v.id for v in after.variants] == [v.id for v in before.variants]
    assert [value.names["en"] for value in after.options[0].values] == ["S", "Medium"]


async def test_a_variant_that_is_gone_from_the_file_goes(run: Import, stored: Read) -> None:
    await run(SHIRT)

    await run("".join(line for line in SHIRT.splitlines(keepends=True) if "LS-M" not in line))

    assert [variant.sku for variant in only(await stored()).variants] == ["LS-S"]


def own_work(shirt: Product) -> ProductUpdate:
    """What an owner adds to an imported product."""
    small, medium = (VARIANT_ID.text(variant.id) for variant in shirt.variants)
    in_swiss_francs = (
        PriceInput(currency="EUR", minor=4990, compare_at_minor=6000),
        PriceInput(currency="CHF", minor=5500),
    )
    return ProductUpdate(
        subtitle="Woven in Portugal",
        translations=(TranslationInput(locale="de", title="Leinenhemd"),),
        metadata={"care": "30"},
        options=(
            OptionInput(
                name="Size",
                translations=(LocalText(locale="de", text="Größe"),),
                values=(
                    OptionValueInput(
                        value="S", translations=(LocalText(locale="de", text="Klein"),)
                    ),
                    OptionValueInput(value="M"),
                ),
            ),
            OptionInput(name="Colour", values=(OptionValueInput(value="Sand"),)),
        ),
        images=tuple(
            ImageInput(
                url=image.url,
                alt="Our own words",
                width=800,
                height=600,
                translations=(LocalText(locale="de", text="Eigene Worte"),),
            )
            for image in shirt.images
        ),
        variants=(VariantInput(id=small, prices=in_swiss_francs), VariantInput(id=medium)),
    )


async def test_what_the_file_cannot_say_stays(
    host: Host, ctx: Context, run: Import, stored: Read
) -> None:
    await run(SHIRT)
    shirt = only(await stored())
    await host.get(ProductService).update(ctx, PRODUCT_ID.text(shirt.id), own_work(shirt))

    await run(SHIRT)

    after = only(await stored())
    english, german = after.translation("en"), after.translation("de")
    assert english is not None
    assert german is not None
    assert (english.subtitle, german.title) == ("Woven in Portugal", "Leinenhemd")
    assert after.metadata == {"care": "30"}
    assert after.options[0].names == {"en": "Size", "de": "Größe"}
    assert after.options[0].values[0].names == {"en": "S", "de": "Klein"}
    assert {image.width for image in after.images} == {800}
    assert {image.alts["de"] for image in after.images} == {"Eigene Worte"}
    assert [image.alts["en"] for image in after.images][2:] == ["Our own words"] * 2
    assert [(p.currency, p.minor) for p in after.variants[0].prices] == [
        ("CHF", 5500),
        ("EUR", 4990),
    ]


async def test_columns_that_are_not_there_change_nothing(run: Import, stored: Read) -> None:
    await run(SHIRT)
    before = only(await stored())

    report = await run(
        csv_of(
            ("Handle", "Title", "Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value"),
            ("shirt", "Linen Shirt", "Size", "S", "Colour", "Sand"),
            ("shirt", "", "", "M", "", "Sand"),
        )
    )

    after = only(await stored())
    assert report.errors == ()
    assert (after.vendor, after.tags) == (before.vendor, before.tags)
    assert [v.sku for v in after.variants] == ["LS-S", "LS-M"]
    assert [(v.prices, v.levels) for v in after.variants] == [
        (v.prices, v.levels) for v in before.variants
    ]


async def test_the_newer_template_of_shopify_is_read_as_well(run: Import, stored: Read) -> None:
    report = await run(
        csv_of(
            ("Title", "URL handle", "Price", "SKU", "Inventory quantity", "Product category"),
            ("Mug", "mug", "12", "MUG-1", "7", "Kitchen"),
        )
    )

    [variant] = only(await stored()).variants
    assert report.ignored_columns == ("Product category",)
    assert (variant.sku, variant.stock, variant.prices[0].minor) == ("MUG-1", 7, 1200)


async def test_stock_that_nobody_counts_does_not_run_out(run: Import, stored: Read) -> None:
    columns = ("Handle", "Title", "Variant Inventory Tracker", "Variant Inventory Qty")
    await run(csv_of(columns, ("a", "A", "", ""), ("b", "B", "shopify", ""), ("c", "C", "", "0")))

    products = await stored()
    assert {handle: p.variants[0].available for handle, p in products.items()} == {
        "a": True,
        "b": False,
        "c": False,
    }


@pytest.mark.parametrize(
    ("publish", "expected"),
    [
        (False, {"on": "draft", "hidden": "draft", "wip": "draft", "old": "archived"}),
        (True, {"on": "active", "hidden": "draft", "wip": "draft", "old": "archived"}),
    ],
)
async def test_the_status_is_that_of_the_file_where_it_is_to_be_published(
    run: Import, stored: Read, publish: bool, expected: dict[str, str]
) -> None:
    content = csv_of(
        ("Handle", "Title", "Published", "Status"),
        ("on", "On", "TRUE", "Active"),
        ("hidden", "Hidden", "false", "active"),
        ("wip", "Wip", "true", "draft"),
        ("old", "Old", "true", "archived"),
    )

    for _ in range(2):
        await run(content, publish=publish)
        assert {handle: product.status for handle, product in (await stored()).items()} == expected


async def test_publishing_later_publishes_what_was_imported_before(
    run: Import, stored: Read
) -> None:
    await run(SHIRT)
    assert only(await stored()).status == "draft"

    published = await run(SHIRT, publish=True)
    assert only(await stored()).status == "active"
    assert published.counts.updated == 1

    await run(SHIRT)
    assert only(await stored()).status == "active"


async def test_prices_are_in_the_currency_that_is_said(run: Import, stored: Read) -> None:
    content = csv_of(("Handle", "Title", "Variant Price"), ("tea", "Tea", "1200"))
    await run(content)
    report = await run(content, currency="JPY")

    [variant] = only(await stored()).variants
    assert report.currency == "JPY"
    assert [(p.currency, p.minor) for p in variant.prices] == [("EUR", 120_000), ("JPY", 1200)]


async def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    host: Host, run: Import, stored: Read
) -> None:
    await run(SHIRT)
    before = await stored()
    both = SHIRT.replace("Linen Shirt", "Other") + SHIRT.split("\n", 1)[1].replace(
        "shirt,", "skirt,"
    ).replace("LS-", "SK-")
    assert host.worker is not None
    count = "SELECT count(*) FROM sys_events"
    events = await host.worker.pool.fetchval(count)

    report = await run(both, dry_run=True, publish=True)

    assert (report.counts.created, report.counts.updated, report.errors) == (1, 1, ())
    assert await stored() == before
    assert await host.worker.pool.fetchval(count) == events


async def test_another_tenant_is_not_touched(
    host: Host, ctx: Context, other_ctx: Context, run: Import
) -> None:
    with file_of(SHIRT) as file:
        await import_products(host, other_ctx, file, ImportOptions())
    before = await products_of(host, other_ctx)

    report = await run(SHIRT.replace("Linen", "Cotton"))

    assert report.counts.created == 1
    assert await products_of(host, other_ctx) == before
    assert only(before).variants[0].prices[0].currency == "CHF"


def test_a_file_of_100_000_rows_is_checked_in_the_memory_of_a_small_one(tmp_path: Path) -> None:
    files = [tmp_path / "small.csv", tmp_path / "large.csv"]
    for path, products in zip(files, (500, 50_000), strict=True):
        with path.open("w") as file:
            file.write("Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n")
            for number in range(products):
                file.write(f"p-{number},Product {number},Size,S,SKU-{number}-S,10\n")
                file.write(f"p-{number},,,M,SKU-{number}-M,12\n")

    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("reading_process.py"), *files],
        check=True,
        capture_output=True,
        text=True,
        timeout=100,
    )

    small, large = (list(map(int, line.split())) for line in done.stdout.splitlines())
    assert (small[:3], large[:3]) == ([1_000, 500, 0], [100_000, 50_000, 0])
    assert large[3] - small[3] < 10_000
