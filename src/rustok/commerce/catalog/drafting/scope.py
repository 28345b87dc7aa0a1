"""What the rules need to know besides the input: the tenant, and what the input names."""

from uuid import UUID

import msgspec

from rustok.commerce.catalog.problems import Problems
from rustok.commerce.catalog.types.documents import GroupRef
from rustok.commerce.catalog.types.ids import CATEGORY_ID, COLLECTION_ID, LOCATION_ID
from rustok.core.context import TenantRef
from rustok.core.ids import IdKind, IdSource


class GroupText(msgspec.Struct, frozen=True):
    """What a link to a category or collection needs in one locale."""

    handle: str
    title: str


class Group(msgspec.Struct, frozen=True):
    """A category or collection, as far as its products' documents show it."""

    id: UUID
    texts: dict[str, GroupText]

    def ref(self, kind: IdKind, locale: str, default: str) -> GroupRef:
        """The group in a locale, or in the default one."""
        text = self.texts.get(locale) or self.texts[default]
        return GroupRef(id=kind.text(self.id), handle=text.handle, title=text.title)


class Location(msgspec.Struct, frozen=True):
    """A place that holds stock."""

    id: UUID
    code: str


class References(msgspec.Struct, frozen=True, kw_only=True):
    """Categories with their paths from the root, collections and locations that were asked for."""

    paths: dict[UUID, tuple[Group, ...]] = {}
    collections: dict[UUID, Group] = {}
    locations: tuple[Location, ...] = ()


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """The tenant, where new ids come from, and what the inputs name."""

    tenant: TenantRef
    ids: IdSource
    references: References = References()

    def category(self, key: str, problems: Problems, *path: str | int) -> UUID | None:
        """The category of an id or of a handle in the default locale."""
        wanted = CATEGORY_ID.parse_or_none(key)
        for leaf, groups in self.references.paths.items():
            if leaf == wanted or self._is_handle(groups[-1], key):
                return leaf
        problems.add("CATEGORY_NOT_FOUND", "There is no such category.", *path)
        return None

    def collection(self, key: str, problems: Problems, *path: str | int) -> UUID | None:
        """The collection of an id or of a handle in the default locale."""
        wanted = COLLECTION_ID.parse_or_none(key)
        for group in self.references.collections.values():
            if group.id == wanted or self._is_handle(group, key):
                return group.id
        problems.add("COLLECTION_NOT_FOUND", "There is no such collection.", *path)
        return None

    def location(self, key: str | None, problems: Problems, *path: str | int) -> Location | None:
        """The location of an id or code, or the tenant's first one."""
        if key is None:
            return self.references.locations[0]
        wanted = LOCATION_ID.parse_or_none(key)
        for location in self.references.locations:
            if wanted == location.id or key == location.code:
                return location
        problems.add("LOCATION_NOT_FOUND", "There is no such location.", *path)
        return None

    def _is_handle(self, group: Group, key: str) -> bool:
        text = group.texts.get(self.tenant.default_locale)
        return text is not None and text.handle == key
