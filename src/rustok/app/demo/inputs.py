"""From the demo's content to what the use cases take."""

from collections.abc import Mapping
from html import escape
from typing import Any

from rustok.app.demo.content import Category, Collection, DemoShop, Option, Picture, Product
from rustok.app.demo.content import Seo as SeoTexts
from rustok.app.demo.content import Variant as ContentVariant
from rustok.commerce.catalog.types import (
    CategoryCreate,
    CollectionCreate,
    ImageInput,
    LocalText,
    OptionChoice,
    OptionInput,
    OptionValueInput,
    PriceInput,
    ProductCreate,
    Seo,
    StockInput,
    TranslationInput,
    VariantInput,
)
from rustok.tenant.types import TenantCreate

PICTURES = "/static/demo/"


def tenant(shop: DemoShop) -> TenantCreate:
    """The tenant with its look."""
    given, art, theme = shop.tenant, shop.tenant.art, shop.tenant.theme
    look = {
        "tagline": given.tagline,
        "about": given.about,
        "details": given.details,
        "accent": theme.accent,
        "accentDark": theme.accent_dark,
        "accentSoft": theme.accent_soft,
        "ground": theme.ground,
        "groundDark": theme.ground_dark,
        "hero": _shown(art.hero),
        "logo": _shown(art.logo),
        "favicon": _shown(art.favicon),
    }
    return TenantCreate(
        slug=given.slug,
        name=given.name,
        default_locale=given.default_locale,
        locales=given.locales,
        currency=given.currency,
        settings={"storefront": look},
    )


class Inputs:
    """Makes inputs in a shop's languages, the first one being the default."""

    def __init__(self, shop: DemoShop) -> None:
        self._locale = shop.tenant.default_locale
        self._others = tuple(name for name in shop.tenant.locales if name != self._locale)

    def category(self, given: Category, parent: str | None) -> CategoryCreate:
        """A category below the one of this handle."""
        return CategoryCreate(
            title=given.title[self._locale],
            handle=given.handle,
            description_html=_paragraph(given.description[self._locale]),
            translations=self._group_texts(given),
            parent=parent,
        )

    def collection(self, given: Collection, products: tuple[str, ...]) -> CollectionCreate:
        """A collection of the products with these ids."""
        return CollectionCreate(
            title=given.title[self._locale],
            handle=given.handle,
            description_html=_paragraph(given.description[self._locale]),
            translations=self._group_texts(given),
            image=self._image(given.image),
            products=products,
        )

    def product(self, given: Product) -> ProductCreate:
        """A product; one that is to be archived begins as a draft."""
        return ProductCreate(
            title=given.title[self._locale],
            subtitle=given.subtitle[self._locale],
            handle=given.handle[self._locale],
            description_html=given.description_html[self._locale],
            seo=_seo(given.seo[self._locale]),
            translations=tuple(
                TranslationInput(
                    locale=locale,
                    title=given.title[locale],
                    subtitle=given.subtitle[locale],
                    handle=given.handle[locale],
                    description_html=given.description_html[locale],
                    seo=_seo(given.seo[locale]),
                )
                for locale in self._others
            ),
            status="active" if given.status == "active" else "draft",
            vendor=given.vendor,
            product_type=given.product_type,
            tags=given.tags,
            category=given.category,
            options=tuple(map(self._option, given.options)),
            variants=tuple(self._variant(item, given.options) for item in given.variants),
            images=tuple(map(self._image, given.images)),
            metadata=dict(given.metadata),
        )

    def _option(self, given: Option) -> OptionInput:
        return OptionInput(
            name=given.name[self._locale],
            translations=self._local(given.name),
            values=tuple(
                OptionValueInput(value=value[self._locale], translations=self._local(value))
                for value in given.values
            ),
        )

    def _variant(self, given: ContentVariant, options: tuple[Option, ...]) -> VariantInput:
        return VariantInput(
            sku=given.sku,
            barcode=given.barcode,
            weight_grams=given.weight_grams,
            allow_backorder=given.backorder,
            options=tuple(
                OptionChoice(
                    name=option.name[self._locale], value=option.values[index][self._locale]
                )
                for option, index in zip(options, given.options, strict=True)
            ),
            prices=(PriceInput(minor=given.price_minor, compare_at_minor=given.compare_at_minor),),
            stock=tuple(
                StockInput(location=code, quantity=quantity)
                for code, quantity in given.stock.items()
            ),
        )

    def _image(self, given: Picture) -> ImageInput:
        return ImageInput(
            url=PICTURES + given.file,
            alt=given.alt[self._locale],
            translations=self._local(given.alt),
            width=given.width,
            height=given.height,
        )

    def _group_texts(self, given: Category | Collection) -> tuple[TranslationInput, ...]:
        return tuple(
            TranslationInput(
                locale=locale,
                title=given.title[locale],
                description_html=_paragraph(given.description[locale]),
            )
            for locale in self._others
        )

    def _local(self, texts: Mapping[str, str]) -> tuple[LocalText, ...]:
        return tuple(LocalText(locale=locale, text=texts[locale]) for locale in self._others)


def _shown(picture: Picture) -> dict[str, Any]:
    return {
        "url": PICTURES + picture.file,
        "alt": picture.alt,
        "width": picture.width,
        "height": picture.height,
    }


def _seo(given: SeoTexts) -> Seo:
    return Seo(title=given.title, description=given.description)


def _paragraph(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>"
