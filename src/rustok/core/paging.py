"""Keyset paging: opaque cursors that hold the sort values of the row they stand on."""

import base64
import binascii
from collections.abc import Sequence
from typing import Generic, TypeVar, overload

import msgspec

from rustok.core.errors import BadRequest, invalid

T = TypeVar("T")
MAX_PAGE = 100
DEFAULT_PAGE = 20
MAX_CURSOR = 1_000

CursorValue = str | int | float | bool | None


class InvalidCursor(BadRequest):
    """A cursor is not one this list gave out, or belongs to another sort order."""

    code = "INVALID_CURSOR"
    title = "Invalid cursor"


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ends: the name of the order and the values of its keys, last the id."""

    order: str
    values: tuple[CursorValue, ...]

    def encode(self) -> str:
        """The cursor as URL-safe text."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str, order: str) -> "Cursor":
        """The cursor in the text; raises InvalidCursor, also where its order is another one."""
        try:
            if len(text) > MAX_CURSOR:
                raise ValueError(text[:20])
            raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            cursor = msgspec.json.decode(raw, type=cls)
        except (ValueError, binascii.Error, msgspec.MsgspecError):
            raise InvalidCursor from None
        if cursor.order != order:
            raise InvalidCursor("The cursor belongs to another sort order.")
        return cursor


class Cursors(Sequence[str]):
    """The cursors of a page, each made when it is asked for: most pages need the last alone."""

    def __init__(self, order: str, values: Sequence[tuple[CursorValue, ...]]) -> None:
        self._order = order
        self._values = values

    def __len__(self) -> int:
        """How many rows the page has."""
        return len(self._values)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        """The cursor of a row, or those of some."""
        if isinstance(place, slice):
            return Cursors(self._order, self._values[place])
        return Cursor(self._order, self._values[place]).encode()


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page: items with a cursor each, whether more follow, and the total where it was asked."""

    items: tuple[T, ...]
    cursors: Sequence[str]
    has_next: bool
    total: int | None = None

    @property
    def end(self) -> str | None:
        """The cursor after the last item."""
        return self.cursors[-1] if self.cursors else None


def page_size(first: int | None, *path: str | int) -> int:
    """The page size asked for, or the default; raises ValidationFailed outside 1 to 100."""
    if first is None:
        return DEFAULT_PAGE
    if not 1 <= first <= MAX_PAGE:
        raise invalid("PAGE_SIZE", f"A page has 1 to {MAX_PAGE} items.", *path)
    return first
