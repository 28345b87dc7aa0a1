"""`rustok import shopify` of 1,000 products with 4 variants each."""

import csv
from pathlib import Path

import msgspec

from benchmarks.catalogue import product
from benchmarks.command import timed
from benchmarks.figures import Figure
from benchmarks.stage import Place
from rustok.core.money import decimal_text

PRODUCTS = 1_000
HEADINGS = (
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Type",
    "Tags",
    "Published",
    "Option1 Name",
    "Option1 Value",
    "Option2 Name",
    "Option2 Value",
    "Variant SKU",
    "Variant Grams",
    "Variant Inventory Qty",
    "Variant Price",
    "Image Src",
    "Image Alt Text",
)


async def measure(place: Place, tenant: str) -> Figure:
    """Seconds from the command to its end."""
    path = place.home / "products.csv"
    _write(path)
    run = await timed(place, "import", "shopify", str(path), "--tenant", tenant, "--publish")
    return Figure(
        name=f"import of {PRODUCTS:,} products",
        measured=run.seconds,
        unit="s",
        target=10.0,
        details={"cpu_seconds": run.cpu_seconds},
    )


def _write(path: Path) -> None:
    with path.open("w", newline="") as file:
        rows = csv.DictWriter(file, HEADINGS)
        rows.writeheader()
        for number in range(PRODUCTS):
            rows.writerows(_rows(number))


def _rows(number: int) -> list[dict[str, object]]:
    made = product(number, handle=f"imported-{number}")
    assert made.variants
    rows: list[dict[str, object]] = []
    for place, variant in enumerate(made.variants):
        assert not isinstance(variant.options, msgspec.UnsetType)
        assert not isinstance(variant.prices, msgspec.UnsetType)
        assert not isinstance(variant.stock, msgspec.UnsetType)
        row: dict[str, object] = {
            "Handle": made.handle,
            "Option1 Value": variant.options[0].value,
            "Option2 Value": variant.options[1].value,
            "Variant SKU": variant.sku,
            "Variant Grams": variant.weight_grams,
            "Variant Inventory Qty": variant.stock[0].quantity,
            "Variant Price": decimal_text(variant.prices[0].minor or 0, "EUR"),
        }
        if place == 0:
            row |= {
                "Title": made.title,
                "Body (HTML)": made.description_html,
                "Vendor": made.vendor,
                "Type": made.product_type,
                "Tags": ", ".join(made.tags),
                "Published": "true",
                "Option1 Name": made.options[0].name,
                "Option2 Name": made.options[1].name,
                "Image Src": made.images[0].url,
                "Image Alt Text": made.images[0].alt,
            }
        rows.append(row)
    return rows
