"""A change of a product that is there already: what the file cannot say stays as it is.

Those are translations, sizes of images, prices in other currencies, and what it has no column for.
"""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from rustok.commerce.catalog.product import Image, Option, OptionValue, Product, Variant
from rustok.commerce.catalog.types import (
    VARIANT_ID,
    ImageInput,
    LocalText,
    OptionInput,
    OptionValueInput,
    PriceInput,
    ProductUpdate,
    VariantInput,
)
from rustok.core.context import TenantRef

replace = msgspec.structs.replace


def changes(product: Product, given: ProductUpdate, tenant: TenantRef) -> ProductUpdate:
    """What the file says, completed by what the product has beside it."""
    return _Keeper(product, tenant).completed(given)


class _Keeper:
    def __init__(self, product: Product, tenant: TenantRef) -> None:
        self._product = product
        self._locale = tenant.default_locale
        self._others = [locale for locale in tenant.locales if locale != self._locale]

    def completed(self, given: ProductUpdate) -> ProductUpdate:
        """The change with everything that is kept."""
        images = {image.url: image for image in self._product.images}
        return replace(
            given,
            options=tuple(map(self._option, given.options or ())),
            images=tuple(self._image(item, images.get(item.url)) for item in given.images or ()),
            variants=self._variants(given.variants or ()),
        )

    def _option(self, given: OptionInput) -> OptionInput:
        old = self._named(self._product.options, given.name)
        if old is None:
            return given
        return replace(
            given,
            translations=self._translations(old.names),
            values=tuple(self._value(item, old.values) for item in given.values),
        )

    def _value(self, given: OptionValueInput, present: Sequence[OptionValue]) -> OptionValueInput:
        old = next((v for v in present if v.names.get(self._locale) == given.value), None)
        return given if old is None else replace(given, translations=self._translations(old.names))

    def _named(self, options: Sequence[Option], name: str) -> Option | None:
        return next((item for item in options if item.names.get(self._locale) == name), None)

    def _image(self, given: ImageInput, old: Image | None) -> ImageInput:
        if old is None:
            return given
        return replace(
            given,
            alt=given.alt or old.alts.get(self._locale, ""),
            translations=self._translations(old.alts),
            width=old.width,
            height=old.height,
        )

    def _variants(self, given: Sequence[VariantInput]) -> tuple[VariantInput, ...]:
        left = list(self._product.variants)
        found: dict[int, Variant] = {}
        for is_same in (self._has_sku, self._has_options):
            for number, item in enumerate(given):
                if number not in found:
                    old = next((variant for variant in left if is_same(variant, item)), None)
                    if old is not None:
                        left.remove(old)
                        found[number] = old
        return tuple(self._variant(item, found.get(number)) for number, item in enumerate(given))

    def _has_sku(self, old: Variant, given: VariantInput) -> bool:
        return isinstance(given.sku, str) and old.sku == given.sku

    def _has_options(self, old: Variant, given: VariantInput) -> bool:
        chosen = {
            option.names.get(self._locale): value.names.get(self._locale)
            for option in self._product.options
            for value in option.values
            if value.key in old.choices
        }
        return chosen == {choice.name: choice.value for choice in given.options or ()}

    def _variant(self, given: VariantInput, old: Variant | None) -> VariantInput:
        if old is None:
            return given
        found = replace(given, id=VARIANT_ID.text(old.id))
        if given.prices is UNSET:
            return found
        named = {price.currency for price in given.prices}
        return replace(found, prices=(*given.prices, *self._other_prices(old, named)))

    def _other_prices(self, old: Variant, named: set[str | None]) -> list[PriceInput]:
        return [
            PriceInput(
                currency=price.currency,
                minor=price.minor,
                compare_at_minor=price.compare_at_minor,
            )
            for price in old.prices
            if price.currency not in named
        ]

    def _translations(self, texts: dict[str, str]) -> tuple[LocalText, ...]:
        known = (locale for locale in self._others if locale in texts)
        return tuple(LocalText(locale=locale, text=texts[locale]) for locale in known)
