"""Images of a product: those of its rows in their positions, then those only variants name."""

import msgspec

from rustok.app.imports.shopify.cells import Cells
from rustok.app.imports.shopify.groups import Row
from rustok.commerce.catalog.types import ImageInput


class _Placed(msgspec.Struct, frozen=True):
    position: int
    line: int
    image: ImageInput


class Gallery:
    """The images of a product; an address that is named again is the same image."""

    def __init__(self, rows: list[Row], cells: Cells) -> None:
        found: dict[str, _Placed] = {}
        for row in rows:
            url = _address(row.get("Image Src"))
            position = cells.number(row, "Image Position")
            if url and url not in found:
                image = ImageInput(url=url, alt=row.get("Image Alt Text"))
                place = len(found) + 1 if position is None else position
                found[url] = _Placed(place, row.line, image)
        ordered = sorted(found.values(), key=lambda placed: placed.position)
        self._images = {placed.image.url: placed for placed in ordered}

    def place(self, row: Row) -> int | None:
        """The place of the image that a variant's row names; None where it names none."""
        url = _address(row.get("Variant Image"))
        if not url:
            return None
        self._images.setdefault(url, _Placed(len(self._images), row.line, ImageInput(url=url)))
        return list(self._images).index(url)

    def inputs(self) -> tuple[ImageInput, ...]:
        """The images in order."""
        return tuple(placed.image for placed in self._images.values())

    def lines(self) -> tuple[int, ...]:
        """The line of each."""
        return tuple(placed.line for placed in self._images.values())


def _address(text: str) -> str:
    """The address; Shopify's own may begin without a scheme."""
    return f"https:{text}" if text.startswith("//") else text
