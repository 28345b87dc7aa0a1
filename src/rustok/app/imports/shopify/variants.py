"""Variants of a product: which rows are one, and what they say."""

import re
from typing import Any

from rustok.app.imports.shopify.cells import Cells
from rustok.app.imports.shopify.columns import OPTION_VALUES
from rustok.app.imports.shopify.groups import Row
from rustok.app.imports.shopify.images import Gallery
from rustok.app.imports.shopify.options import Options
from rustok.commerce.catalog.types import PriceInput, StockInput, VariantInput

_MARKS = (*OPTION_VALUES, "Variant SKU", "Variant Price")
_POLICIES = {"deny": False, "continue": True, "false": False, "true": True}
_NOTHING = re.compile(r"0+(\.0+)?")
QUANTITY, TRACKER = "Variant Inventory Qty", "Variant Inventory Tracker"


def is_variant(row: Row) -> bool:
    """Whether a row that is not the first one brings a variant, and not only an image."""
    return any(row.get(column) for column in _MARKS)


def variant(
    row: Row, options: Options, gallery: Gallery, currency: str, cells: Cells
) -> VariantInput:
    """The variant; what the file has no column for is left out."""
    fields: dict[str, Any] = {"options": options.choices(row)}
    for field, column in (("sku", "Variant SKU"), ("barcode", "Variant Barcode")):
        if column in row.cells:
            fields[field] = row.get(column) or None
    if "Variant Grams" in row.cells:
        fields["weight_grams"] = cells.number(row, "Variant Grams", whole=False)
    if "Variant Price" in row.cells:
        fields["prices"] = _prices(row, currency, cells)
    if "Variant Image" in row.cells:
        fields["image"] = gallery.place(row)
    return VariantInput(**fields, **_stock(row, cells))


def _prices(row: Row, currency: str, cells: Cells) -> tuple[PriceInput, ...]:
    amount = cells.amount(row, "Variant Price")
    compare_at = cells.amount(row, "Variant Compare At Price")
    if compare_at is not None and _NOTHING.fullmatch(compare_at):
        compare_at = None
    if amount is None:
        return ()
    return (PriceInput(currency=currency, amount=amount, compare_at_amount=compare_at),)


def _stock(row: Row, cells: Cells) -> dict[str, Any]:
    found: dict[str, Any] = {}
    quantity = cells.number(row, QUANTITY)
    backorder = cells.one_of(row, "Variant Inventory Policy", _POLICIES, default=False)
    if quantity is None and TRACKER in row.cells and not row.get(TRACKER):
        backorder = True  # stock that nobody counts does not run out
    if "Variant Inventory Policy" in row.cells or backorder:
        found["allow_backorder"] = backorder
    if quantity is not None and quantity < 0 and not backorder:
        cells.warn(row, QUANTITY, "STOCK_BELOW_ZERO", f"{quantity} is imported as 0.")
        quantity = 0
    if quantity is not None:
        found["stock"] = (StockInput(quantity=quantity),)
    return found
