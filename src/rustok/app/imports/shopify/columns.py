"""The columns of Shopify's product CSV, under the names of its export and of its newer template."""

from collections.abc import Sequence

import msgspec

from rustok.app.imports.csv_rows import CsvRow
from rustok.app.imports.errors import LineError, Unreadable

HANDLE, TITLE = "Handle", "Title"
REQUIRED = (HANDLE, TITLE)
OPTION_NAMES = tuple(f"Option{n} Name" for n in (1, 2, 3))
OPTION_VALUES = tuple(f"Option{n} Value" for n in (1, 2, 3))
NAMES: dict[str, tuple[str, ...]] = {
    HANDLE: ("url handle",),
    TITLE: (),
    "Body (HTML)": ("body html", "description"),
    "Vendor": (),
    "Type": (),
    "Tags": (),
    "Published": ("published on online store",),
    "Status": (),
    **dict.fromkeys((*OPTION_NAMES, *OPTION_VALUES), ()),
    "Variant SKU": ("sku",),
    "Variant Grams": ("weight value (grams)",),
    "Variant Inventory Tracker": ("inventory tracker",),
    "Variant Inventory Qty": ("inventory quantity",),
    "Variant Inventory Policy": ("continue selling when out of stock",),
    "Variant Price": ("price",),
    "Variant Compare At Price": ("compare-at price",),
    "Variant Barcode": ("barcode",),
    "Image Src": ("product image url",),
    "Image Position": (),
    "Image Alt Text": (),
    "Variant Image": ("variant image url",),
    "SEO Title": (),
    "SEO Description": (),
}
_MEANT = {spelling: name for name, others in NAMES.items() for spelling in (name.lower(), *others)}


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What stands where: places of the columns that are read, and the names of the others."""

    places: dict[str, int]
    ignored: tuple[str, ...]
    width: int

    def cells(self, row: CsvRow) -> dict[str, str]:
        """The fields of the columns that are read, by name, without white space around."""
        return {name: row.fields[place].strip() for name, place in self.places.items()}


def read_header(row: CsvRow) -> Header:
    """The header; raises Unreadable where a required column is missing or one is there twice."""
    places: dict[str, int] = {}
    ignored: list[str] = []
    for place, text in enumerate(row.fields):
        name = _MEANT.get(text.strip().lower())
        if name is None:
            ignored.append(text.strip())
        elif name in places:
            raise _unreadable(row, "DUPLICATE_COLUMN", f"The column {name} is there twice.", name)
        else:
            places[name] = place
    for name in REQUIRED:
        if name not in places:
            detail = f"There is no column {name}; found: {_listed(row.fields)}."
            raise _unreadable(row, "MISSING_COLUMN", detail, name)
    return Header(places=places, ignored=tuple(ignored), width=len(row.fields))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:30]) for name in names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown


def _unreadable(row: CsvRow, code: str, detail: str, column: str) -> Unreadable:
    return Unreadable(LineError(line=row.line, code=code, detail=detail, column=column))
