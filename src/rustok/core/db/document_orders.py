"""The orders in which documents are listed: each is an index, a keyset and a cursor."""

import msgspec

_FIRST_ID = "00000000-0000-0000-0000-000000000000"
_LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_MOST = 9_223_372_036_854_775_807


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A sort key, its type, its direction, and a key that lies before every document's."""

    key: str
    type: str
    descending: bool
    start: str

    @property
    def start_id(self) -> str:
        """The id that lies before every other in this direction."""
        return _LAST_ID if self.descending else _FIRST_ID

    @property
    def comparison(self) -> str:
        """The operator that finds what comes after a key."""
        return "<" if self.descending else ">"

    @property
    def by(self) -> str:
        """The ORDER BY of a keyset, the id breaking ties."""
        direction = "DESC" if self.descending else "ASC"
        return f"{self.key} {direction}, id {direction}"


# A document without a price comes last in both directions, which takes a key for each.
_PRICE_UP = f"coalesce(amount_min, {_MOST})"
_PRICE_DOWN = "coalesce(amount_min, -1)"

ORDERS = {
    "newest": Order(key="listed_at", type="timestamptz", descending=True, start="infinity"),
    "oldest": Order(key="listed_at", type="timestamptz", descending=False, start="-infinity"),
    "updated": Order(key="updated_at", type="timestamptz", descending=True, start="infinity"),
    "stalest": Order(key="updated_at", type="timestamptz", descending=False, start="-infinity"),
    "title": Order(key="sort_title", type="text", descending=False, start=""),
    "title_down": Order(key="sort_title", type="text", descending=True, start="\U0010ffff"),
    "price": Order(key=_PRICE_UP, type="bigint", descending=False, start="-1"),
    "price_down": Order(key=_PRICE_DOWN, type="bigint", descending=True, start=str(_MOST)),
}
