"""Categories, collections and locations: what changes them, and how they are read."""

from datetime import datetime

from msgspec import UNSET, UnsetType

from rustok.commerce.catalog.types.documents import (
    GroupRef,
    ImageView,
    SeoView,
    TranslationView,
    View,
)
from rustok.commerce.catalog.types.inputs import ImageInput, Input, Seo, TranslationInput


class CategoryCreate(Input, frozen=True):
    """A category to be made, below its parent (id or handle) or at the root, last in its row."""

    title: str
    handle: str | None = None
    description_html: str = ""
    seo: Seo = Seo()
    translations: tuple[TranslationInput, ...] = ()
    parent: str | None = None


class GroupUpdate(Input, frozen=True):
    """What to change of a category's or collection's texts; what is absent stays."""

    title: str | UnsetType = UNSET
    handle: str | UnsetType | None = UNSET
    description_html: str | UnsetType = UNSET
    seo: Seo | UnsetType = UNSET
    translations: tuple[TranslationInput, ...] = ()
    remove_translations: tuple[str, ...] = ()


class CategoryMove(Input, frozen=True):
    """Where a category goes: below `parent` (None is the root), to `position` from 0, or last."""

    parent: str | None = None
    position: int | None = None


class CollectionCreate(Input, frozen=True):
    """A collection to be made, with its products in order."""

    title: str
    handle: str | None = None
    description_html: str = ""
    seo: Seo = Seo()
    translations: tuple[TranslationInput, ...] = ()
    image: ImageInput | None = None
    products: tuple[str, ...] = ()


class CollectionUpdate(GroupUpdate, frozen=True):
    """What to change of a collection; what is absent stays."""

    image: ImageInput | UnsetType | None = UNSET


class CollectionMove(Input, frozen=True):
    """Products of a collection that go, in this order, to `position` from 0, or last."""

    products: tuple[str, ...]
    position: int | None = None


class LocationCreate(Input, frozen=True):
    """A place that holds stock."""

    code: str
    name: str


class LocationUpdate(Input, frozen=True):
    """What to change of a location; what is absent stays."""

    code: str | UnsetType = UNSET
    name: str | UnsetType = UNSET


class CategoryView(View, frozen=True):
    """A category in one locale; `path` leads from the root down to it, itself included."""

    id: str
    parent_id: str | None
    position: int
    version: int
    locale: str
    handle: str
    title: str
    description_html: str
    seo: SeoView
    path: tuple[GroupRef, ...]
    children: "tuple[CategoryView, ...]"
    alternates: dict[str, str]
    translations: tuple[TranslationView, ...]
    created_at: datetime
    updated_at: datetime


class CollectionView(View, frozen=True):
    """A collection in one locale."""

    id: str
    version: int
    locale: str
    handle: str
    title: str
    description_html: str
    seo: SeoView
    image: ImageView | None
    alternates: dict[str, str]
    translations: tuple[TranslationView, ...]
    created_at: datetime
    updated_at: datetime


class LocationView(View, frozen=True):
    """A place that holds stock."""

    id: str
    code: str
    name: str
    version: int
