"""A product as anyone may read it, in one locale."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from rustok.commerce.catalog.drafting.scope import References
from rustok.commerce.catalog.product import (
    Image,
    Option,
    OptionValue,
    Price,
    Product,
    Translation,
    Variant,
)
from rustok.commerce.catalog.types import documents as views
from rustok.commerce.catalog.types.ids import (
    CATEGORY_ID,
    COLLECTION_ID,
    IMAGE_ID,
    PRODUCT_ID,
    VARIANT_ID,
)
from rustok.core.context import TenantRef
from rustok.core.money import decimal_text
from rustok.core.rich_text import plain

SEO_DESCRIPTION = 160


class ProductIds(NamedTuple):
    """The ids of a product, its variants and its images as text: made once for all its views."""

    product: str
    variants: list[str]
    images: list[str]


def ids_of(product: Product) -> ProductIds:
    """The ids, in the order of the variants and the images."""
    return ProductIds(
        product=PRODUCT_ID.text(product.id),
        variants=[VARIANT_ID.text(variant.id) for variant in product.variants],
        images=[IMAGE_ID.text(image.id) for image in product.images],
    )


class Reader:
    """Makes the views of products in one locale of a tenant."""

    def __init__(self, tenant: TenantRef, locale: str, references: References) -> None:
        self._locale = locale
        self._default = tenant.default_locale
        self._currency = tenant.currency
        self._references = references
        self._categories: dict[UUID, views.CategoryRef] = {}
        self._groups: dict[UUID, views.GroupRef] = {}
        self._amounts: dict[tuple[int, str], views.MoneyView] = {}

    def document(self, product: Product, ids: ProductIds) -> views.ProductDocument:
        """The product as anyone may see it."""
        text = product.texts(self._locale, self._default)
        choices = self._choices(product)
        variants = tuple(
            [
                self._variant(variant, id_, choices, text)
                for variant, id_ in zip(product.variants, ids.variants, strict=True)
            ]
        )
        return views.ProductDocument(
            id=ids.product,
            handle=text.handle,
            locale=self._locale,
            status=product.status,
            version=product.version,
            title=text.title,
            subtitle=text.subtitle,
            description_html=text.description_html,
            seo=seo_view(text),
            vendor=product.vendor,
            product_type=product.product_type,
            tags=product.tags,
            category=self._category(product),
            collections=self._collections(product),
            options=tuple([self._option(option) for option in product.options]),
            variants=variants,
            images=tuple(map(self._image, product.images, ids.images)),
            price_range=_range(variants),
            on_sale=any(map(_is_reduced, variants)),
            available=any(variant.available for variant in variants),
            metadata=product.metadata,
            alternates={text.locale: text.handle for text in product.translations},
            created_at=product.created_at,
            updated_at=product.updated_at,
            published_at=product.published_at,
        )

    def _category(self, product: Product) -> views.CategoryRef | None:
        category_id = product.category_id
        if category_id is None:
            return None
        known = self._categories.get(category_id)
        return self._category_ref(category_id) if known is None else known

    def _category_ref(self, category_id: UUID) -> views.CategoryRef | None:
        path = self._references.paths.get(category_id)
        if not path:
            return None
        refs = tuple(group.ref(CATEGORY_ID, self._locale, self._default) for group in path)
        leaf = refs[-1]
        found = views.CategoryRef(id=leaf.id, handle=leaf.handle, title=leaf.title, path=refs)
        self._categories[category_id] = found
        return found

    def _collections(self, product: Product) -> tuple[views.GroupRef, ...]:
        refs = [self._groups.get(id_) or self._group_ref(id_) for id_ in product.collection_ids]
        return tuple([ref for ref in refs if ref is not None])

    def _group_ref(self, collection_id: UUID) -> views.GroupRef | None:
        group = self._references.collections.get(collection_id)
        if group is None:
            return None
        found = self._groups[collection_id] = group.ref(COLLECTION_ID, self._locale, self._default)
        return found

    def _choices(self, product: Product) -> dict[int, views.ChoiceView]:
        """What a variant may have chosen, by the keys of the values, in the options' order."""
        found = {}
        for option in product.options:
            name = self._name(option)
            for value in option.values:
                found[value.key] = views.ChoiceView(name=name, value=self._name(value))
        return found

    def _variant(
        self,
        variant: Variant,
        id_: str,
        choices: Mapping[int, views.ChoiceView],
        text: Translation,
    ) -> views.VariantView:
        chosen = tuple([choice for key, choice in choices.items() if key in variant.choices])
        prices = tuple(map(self._price, variant.prices))
        own = [price for price in prices if price.currency == self._currency]
        return views.VariantView(
            id=id_,
            sku=variant.sku,
            title=" / ".join([choice.value for choice in chosen]) or text.title,
            barcode=variant.barcode,
            options=chosen,
            price=own[0].price if own else None,
            compare_at_price=own[0].compare_at_price if own else None,
            prices=prices,
            weight_grams=variant.weight_grams,
            available=variant.available,
            image_id=None if variant.image_id is None else IMAGE_ID.text(variant.image_id),
        )

    def _option(self, option: Option) -> views.OptionView:
        values = tuple([self._name(value) for value in option.values])
        return views.OptionView(name=self._name(option), values=values)

    def _image(self, image: Image, id_: str) -> views.ImageView:
        return views.ImageView(
            id=id_,
            url=image.url,
            alt=in_locale(image.alts, self._locale, self._default),
            width=image.width,
            height=image.height,
        )

    def _price(self, price: Price) -> views.PriceView:
        compared = price.compare_at_minor
        return views.PriceView(
            currency=price.currency,
            price=self._money(price.minor, price.currency),
            compare_at_price=None if compared is None else self._money(compared, price.currency),
        )

    def _money(self, minor: int, currency: str) -> views.MoneyView:
        found = self._amounts.get((minor, currency))
        if found is None:
            amount = decimal_text(minor, currency)
            found = views.MoneyView(amount=amount, currency=currency, minor=minor)
            self._amounts[minor, currency] = found
        return found

    def _name(self, named: Option | OptionValue) -> str:
        return named.names.get(self._locale) or named.names.get(self._default, "")


def translation_views(translations: Sequence[Translation]) -> tuple[views.TranslationView, ...]:
    """Translations as their staff see them: as they were given."""
    return tuple([_translation(text) for text in translations])


def _translation(text: Translation) -> views.TranslationView:
    return views.TranslationView(
        locale=text.locale,
        handle=text.handle,
        title=text.title,
        subtitle=text.subtitle,
        description_html=text.description_html,
        seo=views.SeoView(title=text.seo_title, description=text.seo_description),
    )


def in_locale(texts: Mapping[str, str], locale: str, default: str) -> str:
    """A short text in the locale, or in the default one."""
    return texts.get(locale) or texts.get(default, "")


def seo_view(text: Translation) -> views.SeoView:
    """What search engines show, from the texts themselves where nothing was given."""
    description = text.seo_description or text.subtitle
    if not description:
        description = plain(text.description_html)[:SEO_DESCRIPTION]
    return views.SeoView(title=text.seo_title or text.title, description=description)


def _range(variants: Sequence[views.VariantView]) -> views.PriceRange | None:
    prices = [variant.price for variant in variants if variant.price is not None]
    if not prices:
        return None
    return views.PriceRange(
        min=min(prices, key=lambda price: price.minor),
        max=max(prices, key=lambda price: price.minor),
    )


def _is_reduced(variant: views.VariantView) -> bool:
    if variant.price is None or variant.compare_at_price is None:
        return False
    return variant.compare_at_price.minor > variant.price.minor
