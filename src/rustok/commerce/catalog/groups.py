"""Categories as a tree, and collections, as they are read."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec

from rustok.commerce.catalog import domain
from rustok.commerce.catalog.categories_repository import CategoryRow
from rustok.commerce.catalog.collections_repository import CollectionRow
from rustok.commerce.catalog.documents import in_locale, seo_view, translation_views
from rustok.commerce.catalog.product import Image, Translation
from rustok.commerce.catalog.types.documents import GroupRef, ImageView
from rustok.commerce.catalog.types.groups import CategoryView, CollectionView
from rustok.commerce.catalog.types.ids import CATEGORY_ID, COLLECTION_ID, IMAGE_ID
from rustok.commerce.errors import CategoryCycle
from rustok.core.context import Context
from rustok.core.errors import invalid

_TRANSLATIONS = msgspec.json.Decoder(tuple[Translation, ...])
_IMAGE = msgspec.json.Decoder(Image)


class Category(msgspec.Struct, frozen=True):
    """A category with its texts."""

    row: CategoryRow
    translations: tuple[Translation, ...]

    def texts(self, locale: str, default: str) -> Translation:
        """The texts in a locale, or in the default one."""
        return _in(self.translations, locale, default)


class Tree:
    """All categories of a tenant, siblings in their order."""

    def __init__(self, rows: Sequence[CategoryRow]) -> None:
        self._by_id = {row.id: Category(row, decoded(row.translations)) for row in rows}

    def __len__(self) -> int:
        """How many categories there are."""
        return len(self._by_id)

    def get(self, category_id: UUID | None) -> Category | None:
        """One category."""
        return None if category_id is None else self._by_id.get(category_id)

    def find(self, ctx: Context, key: str) -> Category | None:
        """The category of an id, or of a handle in the context's locale."""
        wanted = CATEGORY_ID.parse_or_none(key)
        if wanted is not None:
            return self._by_id.get(wanted)
        for category in self._by_id.values():
            if category.texts(ctx.locale, ctx.tenant.default_locale).handle == key:
                return category
        return None

    def children(self, parent_id: UUID | None) -> list[Category]:
        """The categories right below one, or at the root, in their order."""
        return [found for found in self._by_id.values() if found.row.parent_id == parent_id]

    def path(self, category: Category) -> tuple[Category, ...]:
        """The categories from the root down to one, itself included."""
        found = [category]
        while (parent := self.get(found[0].row.parent_id)) is not None:
            found.insert(0, parent)
        return tuple(found)

    def height(self, category: Category) -> int:
        """How many levels there are from a category down, itself included."""
        return 1 + max((self.height(child) for child in self.children(category.row.id)), default=0)

    def check_place(self, category: Category | None, parent: Category | None) -> None:
        """Raises CategoryCycle or ValidationFailed where a category cannot stand below another."""
        path = () if parent is None else self.path(parent)
        if category is not None and category in path:
            raise CategoryCycle
        levels = 1 if category is None else self.height(category)
        if len(path) + levels > domain.MAX_CATEGORY_DEPTH:
            raise invalid(
                "TOO_DEEP", f"At most {domain.MAX_CATEGORY_DEPTH} levels of categories.", "parent"
            )

    def view(self, ctx: Context, category: Category) -> CategoryView:
        """One category with all below it, in the context's locale."""
        row = category.row
        text = category.texts(ctx.locale, ctx.tenant.default_locale)
        return CategoryView(
            id=CATEGORY_ID.text(row.id),
            parent_id=None if row.parent_id is None else CATEGORY_ID.text(row.parent_id),
            position=row.position,
            version=row.version,
            locale=ctx.locale,
            handle=text.handle,
            title=text.title,
            description_html=text.description_html,
            seo=seo_view(text),
            path=tuple(self._ref(ctx, step) for step in self.path(category)),
            children=tuple(self.view(ctx, child) for child in self.children(row.id)),
            alternates={text.locale: text.handle for text in category.translations},
            translations=translation_views(category.translations),
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    def roots(self, ctx: Context) -> Iterator[CategoryView]:
        """The categories at the root with all below them."""
        for category in self.children(None):
            yield self.view(ctx, category)

    def _ref(self, ctx: Context, category: Category) -> GroupRef:
        text = category.texts(ctx.locale, ctx.tenant.default_locale)
        return GroupRef(id=CATEGORY_ID.text(category.row.id), handle=text.handle, title=text.title)


def collection_view(ctx: Context, row: CollectionRow) -> CollectionView:
    """A collection in the context's locale."""
    translations = decoded(row.translations)
    text = _in(translations, ctx.locale, ctx.tenant.default_locale)
    image = decoded_image(row.image)
    return CollectionView(
        id=COLLECTION_ID.text(row.id),
        version=row.version,
        locale=ctx.locale,
        handle=text.handle,
        title=text.title,
        description_html=text.description_html,
        seo=seo_view(text),
        image=None if image is None else _image(ctx, image),
        alternates={text.locale: text.handle for text in translations},
        translations=translation_views(translations),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def decoded(translations: str | None) -> tuple[Translation, ...]:
    """Translations from JSON."""
    return _TRANSLATIONS.decode(translations) if translations else ()


def decoded_image(image: str | None) -> Image | None:
    """A collection's image from JSON."""
    return _IMAGE.decode(image) if image else None


def _image(ctx: Context, image: Image) -> ImageView:
    return ImageView(
        id=IMAGE_ID.text(image.id),
        url=image.url,
        alt=in_locale(image.alts, ctx.locale, ctx.tenant.default_locale),
        width=image.width,
        height=image.height,
    )


def _in(translations: Sequence[Translation], locale: str, default: str) -> Translation:
    found = {text.locale: text for text in translations}
    return found.get(locale) or found.get(default) or translations[0]
