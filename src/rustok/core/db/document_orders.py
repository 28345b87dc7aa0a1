"""The orders in which documents are listed: each is an index, a keyset and a cursor."""

import msgspec

_FIRST_ID = "00000000-0000-0000-0000-000000000000"
_LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_MOST = 9_223_372_036_854_775_807


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A column, its type, its direction, and a key that lies before every document's.

    `otherwise` is the key of a document that has no value in the column.
    """

    column: str
    type: str
    descending: bool
    start: str
    otherwise: int | None = None

    @property
    def key(self) -> str:
        """The expression that is sorted by; an index of each kind's table has the same."""
        return self.key_of("")

    def key_of(self, table: str) -> str:
        """The expression with its column named by its table, such as `d.`."""
        column = f"{table}{self.column}"
        return column if self.otherwise is None else f"coalesce({column}, {self.otherwise})"

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
ORDERS = {
    "newest": Order(column="listed_at", type="timestamptz", descending=True, start="infinity"),
    "oldest": Order(column="listed_at", type="timestamptz", descending=False, start="-infinity"),
    "updated": Order(column="updated_at", type="timestamptz", descending=True, start="infinity"),
    "stalest": Order(column="updated_at", type="timestamptz", descending=False, start="-infinity"),
    "title": Order(column="sort_title", type="text", descending=False, start=""),
    "title_down": Order(column="sort_title", type="text", descending=True, start="\U0010ffff"),
    "price": Order(
        column="amount_min", type="bigint", descending=False, start="-1", otherwise=_MOST
    ),
    "price_down": Order(
        column="amount_min", type="bigint", descending=True, start=str(_MOST), otherwise=-1
    ),
}
