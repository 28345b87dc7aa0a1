"""Documents cut to what is selected answer exactly as documents that were decoded whole."""

from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from rustok.gql import Caller, Engine, Operation, Part, Resolvers, Result, compose, stored
from rustok.gql.compiler import Stored

SDL = """
extend type Query { shoes: [Shoe] @public }
scalar Moment
enum Kind { BOOT CLOG }
type Price @public { amount: String! minor: Int! }
type Size @public { label: String! price: Price width: Float }
type Shoe @public {
  id: ID!
  title: String!
  subtitle: String
  kind: Kind
  rank: Int
  onSale: Boolean!
  price: Price!
  sizes: [Size!]!
  tags: [String!]
  madeAt: Moment!
  note: String
  summary: String!
}
"""


class Price(msgspec.Struct, frozen=True, rename="camel"):
    amount: str
    minor: int


class Size(msgspec.Struct, frozen=True, rename="camel"):
    label: str
    price: Price | None
    width: float | None


class Shoe(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    title: str
    subtitle: str | None
    kind: Literal["BOOT", "CLOG"] | None
    rank: int | None
    on_sale: bool
    price: Price
    sizes: tuple[Size, ...]
    tags: tuple[str, ...] | None
    made_at: datetime
    note: str | None = None


FIELDS = (
    "id",
    "title",
    "subtitle",
    "kind",
    "rank",
    "onSale",
    "price { amount }",
    "price { minor }",
    "sizes { label price { amount minor } }",
    "sizes { width }",
    "tags",
    "madeAt",
    "note",
    "__typename",
    "summary",
    "name: title",
    "title2: title",
)

shoes = st.builds(
    Shoe,
    kind=st.sampled_from([None, "BOOT", "CLOG"]),
    rank=st.none() | st.integers(-(2**33), 2**33),
    made_at=st.datetimes(timezones=st.just(UTC)),
    sizes=st.lists(
        st.builds(Size, width=st.none() | st.floats(allow_nan=False, allow_infinity=False)),
        max_size=3,
    ).map(tuple),
)
selections = st.lists(st.sampled_from(FIELDS), min_size=1, max_size=8, unique=True)


def answers(selection: str, shoes: list[Any]) -> tuple[Result, bytes]:
    """The result and its encoded body."""
    resolvers = Resolvers()
    resolvers.bind("Price", Price)
    resolvers.bind("Size", Size)
    resolvers.bind("Shoe", Shoe, stored=True)
    resolvers.scalar("Moment", serialize=datetime.isoformat, parse=datetime.fromisoformat)
    resolvers.field("Query", "shoes")(lambda _root, _info: shoes)
    resolvers.field("Shoe", "summary")(lambda shoe, _info: f"{shoe.title} {shoe.made_at:%Y}")
    part = Part(name="shoes", sdl=SDL, resolvers=resolvers)
    engine = Engine(compose([part]), on_error=lambda _error, _path: None)
    granted = engine.grant(Operation(query=f"{{ shoes {{ {selection} }} }}"), Caller())
    assert not isinstance(granted, Result), granted.errors
    coroutine = engine.run(granted, context=None, caller=Caller())
    try:
        coroutine.send(None)
    except StopIteration as stopped:
        result: Result = stopped.value
        return result, msgspec.json.encode(result.body())
    raise AssertionError("nothing here waits")


@given(selection=selections, shoes=st.lists(shoes, max_size=3))
def test_a_stored_document_answers_as_the_decoded_one(
    selection: list[str], shoes: list[Shoe]
) -> None:
    text = " ".join(selection)
    kept = [stored(Shoe, msgspec.json.encode(shoe)) for shoe in shoes]
    assert answers(text, kept)[1] == answers(text, list(shoes))[1]


def test_a_document_whose_selected_fields_are_its_own_is_cut_and_never_decoded_whole() -> None:
    document = stored(Shoe, SHOE)
    result, body = answers("id title price { amount }", [document])
    assert body.startswith(b'{"data":{"shoes":[{"id":"1","title":"Clog","price":{"amount":"5.00"}}')
    assert not result.errors
    assert isinstance(document, Stored)
    assert document.stored_whole is None


def test_nothing_but_what_is_selected_is_read_of_a_document() -> None:
    document = stored(Shoe, SHOE.replace(b'"madeAt":"2026-01-01T00:00:00Z"', b'"madeAt":"never"'))
    result, _ = answers("id title", [document])
    assert not result.errors
    result, _ = answers("madeAt", [document])
    assert [problem.path for problem in result.errors] == [("shoes", 0, "madeAt")]


def test_a_null_where_none_may_be_ends_the_document_and_spares_the_others() -> None:
    broken = stored(Shoe, SHOE.replace(b'"title":"Clog"', b'"title":null'))
    result, body = answers("id title", [stored(Shoe, SHOE), broken])
    assert body.startswith(b'{"errors":[')
    assert isinstance(result.data, dict)
    assert result.data["shoes"] == [{"id": "1", "title": "Clog"}, None]


SHOE = (
    b'{"id":"1","title":"Clog","subtitle":null,"kind":"CLOG","rank":1,"onSale":false,'
    b'"price":{"amount":"5.00","minor":500},"sizes":[],"tags":[],'
    b'"madeAt":"2026-01-01T00:00:00Z"}'
)
