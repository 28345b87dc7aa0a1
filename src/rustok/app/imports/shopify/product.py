"""A product as a file describes it, with the lines that its parts stand in."""

from typing import Literal

import msgspec
from msgspec import UNSET

from rustok.app.imports.errors import LineError
from rustok.commerce.catalog.types import ProductCreate, ProductUpdate
from rustok.core.errors import FieldError

Status = Literal["draft", "active", "archived"]
_COLUMNS: dict[str, str] = {
    "title": "Title",
    "handle": "Handle",
    "descriptionHtml": "Body (HTML)",
    "vendor": "Vendor",
    "productType": "Type",
    "tags": "Tags",
    "sku": "Variant SKU",
    "barcode": "Variant Barcode",
    "weightGrams": "Variant Grams",
    "stock": "Variant Inventory Qty",
    "amount": "Variant Price",
    "currency": "Variant Price",
    "compareAtAmount": "Variant Compare At Price",
    "url": "Image Src",
    "alt": "Image Alt Text",
    "image": "Variant Image",
}


class FileProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product of the file; `given` leaves out what the file has no column for."""

    handle: str
    line: int
    status: Status
    given: ProductUpdate
    variant_lines: tuple[int, ...]
    image_lines: tuple[int, ...]

    def creation(self, status: Literal["draft", "active"]) -> ProductCreate:
        """What makes it."""
        names = set(ProductCreate.__struct_fields__) & set(ProductUpdate.__struct_fields__)
        fields = {name: getattr(self.given, name) for name in names - {"handle"}}
        stated = {name: value for name, value in fields.items() if value is not UNSET}
        return ProductCreate(handle=self.handle, status=status, **stated)

    def located(self, error: FieldError) -> LineError:
        """What the catalogue says is wrong, with the line and column it is about."""
        line, number = self.line, error.path[1] if len(error.path) > 1 else None
        lines = {"variants": self.variant_lines, "images": self.image_lines}
        if error.path and isinstance(number, int):
            parts = lines.get(str(error.path[0]), ())
            line = parts[number] if number < len(parts) else line
        return LineError(
            line=line,
            code=error.code,
            detail=error.detail,
            handle=self.handle,
            column=_column(error.path),
        )


def _column(path: tuple[str | int, ...]) -> str | None:
    match path:
        case ("seo", str() as field, *_):
            return f"SEO {field.title()}"
        case ("options", int() as number, "name", *_):
            return f"Option{number + 1} Name"
        case ("options", int() as number, "values", *_):
            return f"Option{number + 1} Value"
    return next((_COLUMNS[part] for part in reversed(path) if part in _COLUMNS), None)
