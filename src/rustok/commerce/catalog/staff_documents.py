"""What only staff may see of a product, in all its locales."""

from collections.abc import Mapping

from rustok.commerce.catalog.documents import ProductIds, in_locale, translation_views
from rustok.commerce.catalog.product import Level, Option, OptionValue, Product, Variant
from rustok.commerce.catalog.types import documents as views
from rustok.commerce.catalog.types.ids import LOCATION_ID
from rustok.core.context import TenantRef


class StaffReader:
    """Makes the staff's views of a tenant's products."""

    def __init__(self, tenant: TenantRef) -> None:
        self._default = tenant.default_locale
        self._locations: dict[int, str] = {}  # a UUID's own hash takes as long as its text

    def document(self, product: Product, ids: ProductIds) -> views.ProductStaff:
        """What only staff may see of the product."""
        return views.ProductStaff(
            private_metadata=product.private_metadata,
            translations=translation_views(product.translations),
            stock=tuple(map(self._stock, product.variants, ids.variants)),
            options=tuple(map(self._option, product.options)),
            images=tuple(
                [
                    views.ImageTexts(image_id=id_, alts=image.alts)
                    for image, id_ in zip(product.images, ids.images, strict=True)
                ]
            ),
        )

    def _stock(self, variant: Variant, id_: str) -> views.VariantStock:
        return views.VariantStock(
            variant_id=id_,
            sku=variant.sku,
            total=variant.stock,
            allow_backorder=variant.allow_backorder,
            levels=tuple(map(self._level, variant.levels)),
        )

    def _level(self, level: Level) -> views.LevelView:
        number = level.location_id.int
        location_id = self._locations.get(number)
        if location_id is None:
            location_id = self._locations[number] = LOCATION_ID.text(level.location_id)
        return views.LevelView(
            location_id=location_id, location=level.location, quantity=level.quantity
        )

    def _option(self, option: Option) -> views.OptionKeys:
        return views.OptionKeys(
            key=option.key,
            name=in_locale(option.names, self._default, self._default),
            translations=self._others(option.names),
            values=tuple(map(self._value, option.values)),
        )

    def _value(self, value: OptionValue) -> views.OptionValueKey:
        return views.OptionValueKey(
            key=value.key,
            value=in_locale(value.names, self._default, self._default),
            translations=self._others(value.names),
        )

    def _others(self, names: Mapping[str, str]) -> dict[str, str]:
        return {locale: name for locale, name in names.items() if locale != self._default}
