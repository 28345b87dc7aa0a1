"""Variants of a product: made, changed, or given as a whole list."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET

from rustok.commerce.catalog import domain
from rustok.commerce.catalog.drafting.options import choices
from rustok.commerce.catalog.drafting.prices import prices
from rustok.commerce.catalog.drafting.scope import Scope
from rustok.commerce.catalog.drafting.texts import chosen
from rustok.commerce.catalog.problems import Path, Problems
from rustok.commerce.catalog.product import Image, Level, Option, Variant
from rustok.commerce.catalog.types.ids import VARIANT_ID
from rustok.commerce.catalog.types.inputs import StockInput, VariantInput


class VariantList:
    """Makes variants under the options and images that the product is to have."""

    def __init__(
        self,
        scope: Scope,
        options: Sequence[Option],
        images: Sequence[Image],
        problems: Problems,
    ) -> None:
        self._scope = scope
        self._options = options
        self._images = images
        self._problems = problems

    def build(
        self, given: Sequence[VariantInput], present: Sequence[Variant]
    ) -> tuple[Variant, ...]:
        """The whole list, in the order given; those that were there before keep their ids."""
        if not self._problems.count(len(given), "variants", most=domain.MAX_VARIANTS):
            return ()
        left = list(present)
        found = []
        for number, item in enumerate(given):
            path = ("variants", number)
            old = self._taken(left, item, path)
            found.append(self.variant(old, item, path, position=number))
        return tuple(found)

    def variant(
        self, old: Variant | None, given: VariantInput, path: Path, *, position: int
    ) -> Variant:
        """One variant, made from nothing or changed."""
        base = old or Variant(self._scope.ids.new(), position)
        backorder = chosen(given.allow_backorder, base.allow_backorder)
        found = msgspec.structs.replace(
            base,
            position=position,
            sku=self._code(chosen(given.sku, base.sku), *path, "sku"),
            barcode=self._code(chosen(given.barcode, base.barcode), *path, "barcode"),
            weight_grams=chosen(given.weight_grams, base.weight_grams),
            allow_backorder=backorder,
            choices=self._choices(old, given, path),
            image_id=self._image(given, base, path),
            levels=self._levels(given, base, path),
        )
        if given.prices is not UNSET:
            price_list = prices(self._scope.tenant, given.prices, self._problems, (*path, "prices"))
            found = msgspec.structs.replace(found, prices=price_list)
        self._problems.number(
            found.weight_grams, *path, "weightGrams", least=0, most=domain.MAX_GRAMS
        )
        if not backorder and any(level.quantity < 0 for level in found.levels):
            self._problems.add(
                "NEGATIVE_STOCK",
                "Stock below zero needs back-orders to be allowed.",
                *path,
                "stock",
            )
        return found

    def check(self, variants: Sequence[Variant], *path: str | int) -> None:
        """Notes variants that cannot be told apart."""
        seen_choices: set[tuple[int, ...]] = set()
        seen_skus: set[str] = set()
        for number, variant in enumerate(variants):
            here: Path = (*path, number) if path else ()
            if variant.choices in seen_choices:
                self._problems.add(
                    "DUPLICATE_VARIANT", "Another variant has the same options.", *here, "options"
                )
            if variant.sku is not None and variant.sku in seen_skus:
                self._problems.add("SKU_TAKEN", "Another variant has this SKU.", *here, "sku")
            seen_choices.add(variant.choices)
            seen_skus.add(variant.sku or "")

    def _code(self, value: str | None, *path: str | int) -> str | None:
        if value is None:
            return None
        return self._problems.text(value, *path, most=domain.MAX_CODE, required=True)

    def _choices(self, old: Variant | None, given: VariantInput, path: Path) -> tuple[int, ...]:
        if old is not None and given.options is UNSET:
            return old.choices
        picked = () if given.options is UNSET else given.options
        return choices(
            self._scope.tenant, self._options, picked, self._problems, (*path, "options")
        )

    def _image(self, given: VariantInput, base: Variant, path: Path) -> UUID | None:
        if given.image is UNSET:
            kept = {image.id for image in self._images}
            return base.image_id if base.image_id in kept else None
        if given.image is None:
            return None
        if not 0 <= given.image < len(self._images):
            self._problems.add(
                "IMAGE_NOT_FOUND", "The product has no image at this place.", *path, "image"
            )
            return None
        return self._images[given.image].id

    def _levels(self, given: VariantInput, base: Variant, path: Path) -> tuple[Level, ...]:
        if given.stock is UNSET:
            return base.levels
        if not self._problems.count(len(given.stock), *path, "stock", most=domain.MAX_LEVELS):
            return base.levels
        found = {level.location_id: level for level in base.levels}
        named = set()
        for number, item in enumerate(given.stock):
            here = (*path, "stock", number)
            level = self._level(item, here)
            if level is not None and level.location_id in named:
                self._problems.add("DUPLICATE", "One level per location.", *here, "location")
            if level is not None:
                named.add(level.location_id)
                found[level.location_id] = level
        return tuple(found[key] for key in sorted(found))

    def _level(self, given: StockInput, path: Path) -> Level | None:
        location = self._scope.location(given.location, self._problems, *path, "location")
        self._problems.number(
            given.quantity,
            *path,
            "quantity",
            least=-domain.MAX_QUANTITY,
            most=domain.MAX_QUANTITY,
        )
        return Level(location.id, location.code, given.quantity) if location else None

    def _taken(self, left: list[Variant], given: VariantInput, path: Path) -> Variant | None:
        index = self._index(left, given)
        if index is not None:
            return left.pop(index)
        if given.id is not None:
            self._problems.add("VARIANT_NOT_FOUND", "The product has no such variant.", *path, "id")
        return None

    def _index(self, left: list[Variant], given: VariantInput) -> int | None:
        if given.id is not None:
            ids = [VARIANT_ID.text(old.id) for old in left]
            return ids.index(given.id) if given.id in ids else None
        skus = [old.sku for old in left]
        if isinstance(given.sku, str) and given.sku in skus:
            return skus.index(given.sku)
        if given.options is UNSET and self._options:
            return None
        picked = () if given.options is UNSET else given.options
        wanted = choices(self._scope.tenant, self._options, picked, Problems(), ())
        keys = [old.choices for old in left]
        return keys.index(wanted) if wanted in keys else None
