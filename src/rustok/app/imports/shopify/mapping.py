"""From the rows of a product to what the catalogue is told."""

from typing import Any

from rustok.app.imports.errors import Findings
from rustok.app.imports.shopify.cells import Cells
from rustok.app.imports.shopify.columns import TITLE
from rustok.app.imports.shopify.groups import Group, Row
from rustok.app.imports.shopify.images import Gallery
from rustok.app.imports.shopify.options import Options
from rustok.app.imports.shopify.product import FileProduct, Status
from rustok.app.imports.shopify.variants import is_variant, variant
from rustok.commerce.catalog.handles import is_handle, slugify
from rustok.commerce.catalog.types import ProductUpdate, Seo

_STATUSES: dict[str, Status] = {
    "active": "active",
    "draft": "draft",
    "archived": "archived",
    "unlisted": "draft",
}
_TEXTS = {
    "title": TITLE,
    "description_html": "Body (HTML)",
    "vendor": "Vendor",
    "product_type": "Type",
}


def mapped(group: Group, currency: str, findings: Findings) -> FileProduct | None:
    """The product of the rows; None where something of it is wrong, which is noted."""
    cells = Cells(group.handle)
    first = group.rows[0]
    handle = _handle(first, group.handle, cells)
    if not first.get(TITLE):
        cells.fail(first, TITLE, "REQUIRED", "A product's first row has its title.")
    options = Options(first, cells)
    gallery = Gallery(group.rows, cells)
    rows = [row for row in group.rows if row is first or is_variant(row)]
    variants = tuple(variant(row, options, gallery, currency, cells) for row in rows)
    product = FileProduct(
        handle=handle,
        line=first.line,
        status=_status(first, cells),
        given=ProductUpdate(
            **_texts(first),
            options=options.inputs(),
            variants=variants,
            images=gallery.inputs(),
        ),
        variant_lines=tuple(row.line for row in rows),
        image_lines=gallery.lines(),
    )
    findings.warn(cells.warnings)
    findings.add(cells.errors)
    return None if cells.errors else product


def _handle(row: Row, text: str, cells: Cells) -> str:
    if is_handle(text):
        return text
    handle = slugify(text)
    if not handle:
        cells.fail(row, "Handle", "INVALID_HANDLE", "A handle has letters a-z, digits and hyphens.")
    else:
        cells.warn(row, "Handle", "HANDLE_CHANGED", f"The handle becomes {handle}.")
    return handle


def _texts(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {
        field: row.cells[column] for field, column in _TEXTS.items() if column in row.cells
    }
    if "Tags" in row.cells:
        tags = (tag.strip() for tag in row.get("Tags").split(","))
        found["tags"] = tuple(dict.fromkeys(tag for tag in tags if tag))
    if "SEO Title" in row.cells or "SEO Description" in row.cells:
        found["seo"] = Seo(title=row.get("SEO Title"), description=row.get("SEO Description"))
    return found


def _status(row: Row, cells: Cells) -> Status:
    status = cells.one_of(row, "Status", _STATUSES, default="active")
    is_published = cells.boolean(row, "Published", default=True)
    return "draft" if status == "active" and not is_published else status
