"""Every field is held against the class or the resolver behind it when the schema is composed."""

import re
from collections.abc import AsyncIterator, Awaitable, Coroutine, Sequence
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, NewType, TypeVar
from uuid import UUID

import msgspec
import pytest

from rustok.app.processes.offline import own_modules
from rustok.app.web.graphql import parts
from rustok.gql import Part, Resolvers, SchemaError, compose
from rustok.gql.checks import coverage

ANSWERS = re.compile(r"Mutation\.|\w+Payload\.|BulkProduct\.|UserError\.")
T = TypeVar("T")
Title = NewType("Title", str)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Money(msgspec.Struct):
    amount: str
    minor: int


class Size(msgspec.Struct):
    width: int


class Edge(msgspec.Struct, Generic[T]):
    cursor: str
    node: T


class Base(msgspec.Struct):
    id: UUID


def problems_of(sdl: str, resolvers: Resolvers) -> list[str]:
    """The report of a part with these types, which all callers may select."""
    part = Part(name="shop", sdl=sdl, resolvers=resolvers)
    try:
        compose([part])
    except SchemaError as error:
        return list(error.report)
    return []


def field(
    kind: str, hint: Any, *, extra: str = "", resolvers: Resolvers | None = None
) -> list[str]:
    """What the report says of `Product.x: kind` whose class has the attribute `x: hint`."""
    product = type("Product", (), {"__annotations__": {"x": hint}})
    found = resolvers or Resolvers()
    found.bind("Product", product)
    found.field("Query", "product")(lambda _root, _info: None)
    sdl = f"extend type Query {{ product: Product @public }} type Product @public {{ x: {kind} }}"
    return problems_of(f"{sdl} {extra}", found)


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("String!", str),
        ("String", str | None),
        ("String", str),
        ("String!", Title),
        ("String!", Annotated[str, msgspec.Meta(max_length=3)]),
        ("String!", Literal["a", "b"]),
        ("ID!", UUID),
        ("ID!", int),
        ("Int!", int),
        ("Float!", int),
        ("Boolean!", bool),
        ("[String!]!", tuple[str, ...]),
        ("[String!]!", list[str]),
        ("[String]", Sequence[str | None] | None),
        ("[[Int!]!]!", list[tuple[int, int]]),
        ("Int!", Any),
        ("[Int!]!", list),
    ],
)
def test_what_fits_is_not_reported(kind: str, hint: Any) -> None:
    assert field(kind, hint) == []


@pytest.mark.parametrize(
    ("kind", "hint", "complaint"),
    [
        ("String!", str | None, "is String!, but Product.x may be None"),
        ("String!", None, "is String!, but Product.x may be None"),
        ("Int!", int | msgspec.UnsetType, "is Int!, but Product.x may be UNSET"),
        ("[String!]", list[str | None], "is String!, but an item of Product.x may be None"),
        ("[String!]!", list[str] | None, "is [String!]!, but Product.x may be None"),
        ("[String!]!", str, "is a list, but Product.x is str"),
        ("[[String!]]", list[str], "is a list, but an item of Product.x is str"),
        ("[String!]", list[list[str]], "is String, which is no list, but an item of Product.x is"),
        ("String!", tuple[str, ...], "is String, which is no list, but Product.x is tuple[str"),
        ("Int!", str, "is Int, but Product.x is str"),
        ("Int!", bool, "is Int, but Product.x is bool"),
        ("Int!", int | str, "is Int, but Product.x is str"),
        ("Int!", float, "is Int, but Product.x is float"),
        ("String!", int, "is String, but Product.x is int"),
        ("String!", datetime, "is String, but Product.x is datetime"),
        ("String!", Literal["a", 1], "is String, but Product.x is Literal['a', 1]"),
        ("Boolean!", int, "is Boolean, but Product.x is int"),
        ("ID!", datetime, "is ID, but Product.x is datetime"),
        ("Int!", dict[str, int], "is Int, but Product.x is dict[str, int]"),
    ],
)
def test_an_attribute_that_does_not_fit_is_reported(kind: str, hint: Any, complaint: str) -> None:
    (line,) = field(kind, hint)
    assert line.startswith(f"shop: field Product.x {complaint}")


def test_an_enum_is_held_against_what_python_has_for_it() -> None:
    def complaints(hint: Any, values: Any = None) -> list[str]:
        resolvers = Resolvers()
        if values is not None:
            resolvers.enum("Colour", values)
        return field("Colour!", hint, extra="enum Colour { RED BLUE }", resolvers=resolvers)

    lower = {"RED": "red", "BLUE": "blue"}
    assert complaints(Colour, Colour) == complaints(Literal["red", "blue"], lower) == []
    assert complaints(Literal["RED"]) == complaints(str) == complaints(str, lower) == []
    assert complaints(Literal["red", "green"], lower) == [
        "shop: field Product.x is Colour, but Product.x may be 'green'"
    ]
    assert complaints(Colour, lower)[0].startswith("shop: field Product.x is Colour, but Product.x")
    assert complaints(int) == ["shop: field Product.x is Colour, but Product.x is int"]
    assert complaints(str, {"RED": 1, "BLUE": 2}) == [
        "shop: field Product.x is Colour, but Product.x is str"
    ]
    assert complaints(list[Colour], Colour)[0].startswith(
        "shop: field Product.x is Colour, which is no list, but Product.x is list["
    )


def test_a_scalar_takes_what_its_serializer_says() -> None:
    def complaints(hint: Any, taken: Any) -> list[str]:
        def serialize(value: Any) -> str:
            return str(value)

        serialize.__annotations__["value"] = taken
        resolvers = Resolvers()
        resolvers.scalar("Moment", serialize=serialize, parse=str)
        return field("Moment", hint, extra="scalar Moment", resolvers=resolvers)

    assert complaints(datetime | None, datetime | str) == complaints(list[int], Any) == []
    assert complaints(int, datetime | str) == [
        "shop: field Product.x is Moment, but Product.x is int"
    ]


def test_an_objects_class_is_the_bound_one_or_is_held_against_the_fields_too() -> None:
    def complaints(hint: Any, *, bound: bool) -> list[str]:
        resolvers = Resolvers()
        if bound:
            resolvers.bind("Money", Money)
        extra = "type Money @public { amount: String! minor: Int! }"
        return field("Money!", hint, extra=extra, resolvers=resolvers)

    for bound in (True, False):
        assert complaints(Money, bound=bound) == complaints(dict[str, Any], bound=bound) == []
        assert complaints(str, bound=bound) == [
            "shop: field Product.x is Money, but Product.x is str"
        ]
        assert complaints(Size, bound=bound) == [
            "shop: field Money.amount has no resolver, and Size has no attribute amount",
            "shop: field Money.minor has no resolver, and Size has no attribute minor",
        ]


def test_a_dictionary_can_be_described_by_a_class() -> None:
    extra = "type Money @public { amount: String! minor: String! }"
    assert field("Money!", Annotated[dict[str, Any], Money], extra=extra) == [
        "shop: field Money.minor is String, but Money.minor is int"
    ]


def test_the_parameters_of_a_generic_class_are_filled_in() -> None:
    extra = "type Edge @public { cursor: String! node: Money! } type Money @public { minor: Int! }"
    assert field("[Edge!]!", list[Edge[Money]], extra=extra) == []
    (line,) = field("[Edge!]!", list[Edge[str]], extra=extra)
    assert line.endswith("Edge[str].node is str")


def test_an_interface_or_union_has_only_classes_that_tell_their_type() -> None:
    resolvers = Resolvers()
    resolvers.bind("Money", Money)
    resolvers.bind("Size", Size)
    extra = """
    type Money implements Any @public { amount: String! }
    type Size implements Any @public { width: Int! amount: String! }
    interface Any @public { amount: String! }
    """
    resolvers.field("Size", "amount")(lambda _root, _info: "")
    assert field("Any", Money | Size, extra=extra, resolvers=resolvers) == []
    resolvers.fields.pop()
    assert field("Any", Base, extra=extra, resolvers=resolvers) == [
        "shop: field Product.x is Any, but Product.x is Base"
    ]


class Computed(Base):
    @property
    def title(self) -> str | None:
        return None

    def price(self) -> int:
        return 1


class Cached:
    @cached_property
    def total(self) -> str:
        return ""


def test_properties_count_by_what_they_return_and_methods_are_no_values() -> None:
    resolvers = Resolvers()
    resolvers.bind("Product", Computed)
    resolvers.bind("Page", Cached)
    sdl = """
    type Product @public { id: ID! title: String! price: Int! }
    type Page @public { total: Int! }
    extend type Query { ok: Int @public }
    """
    resolvers.field("Query", "ok")(lambda _root, _info: 1)
    assert problems_of(sdl, resolvers) == [
        "shop: field Product.title is String!, but Computed.title may be None",
        "shop: field Product.price is a value, but Computed.price is a method",
        "shop: field Page.total is Int, but Cached.total is str",
    ]


def resolved(kind: str, returned: Any, *, root: Any = object) -> list[str]:
    """What the report says of `Product.x: kind` whose resolver is annotated like this."""

    def resolve(_root: Any, _info: Any) -> Any:
        return None

    resolve.__annotations__ |= {"_root": root, "return": returned}
    resolvers = Resolvers()
    resolvers.bind("Product", Money)
    resolvers.field("Product", "x")(resolve)
    resolvers.field("Query", "product")(lambda _root, _info: None)
    sdl = f"extend type Query {{ product: Product @public }} type Product @public {{ x: {kind} }}"
    return problems_of(sdl, resolvers)


@pytest.mark.parametrize(
    "returned",
    [
        int | None,
        Awaitable[int],
        Coroutine[Any, Any, int | None],
        Awaitable[Awaitable[int]],
        Any,
        "NotAnywhere",
    ],
)
def test_a_resolver_that_fits_is_not_reported(returned: Any) -> None:
    assert resolved("Int", returned) == []


@pytest.mark.parametrize(
    ("kind", "returned", "complaint"),
    [
        ("Int!", int | None, "is Int!, but what its resolver returns may be None"),
        ("Int!", None, "is Int!, but what its resolver returns may be None"),
        ("Int!", Awaitable[int | None], "is Int!, but what its resolver returns may be None"),
        ("Int", Awaitable[str], "is Int, but what its resolver returns is str"),
        ("[Int]", Coroutine[Any, Any, int], "is a list, but what its resolver returns is int"),
        ("Int", list[int], "is Int, which is no list, but what its resolver returns is list"),
    ],
)
def test_a_resolver_that_does_not_fit_is_reported(kind: str, returned: Any, complaint: str) -> None:
    (line,) = resolved(kind, returned)
    assert line.startswith(f"shop: field Product.x {complaint}")


def test_a_list_may_be_iterated_later() -> None:
    assert resolved("[Int!]!", AsyncIterator[int]) == []
    assert resolved("[Int!]!", AsyncIterator[int | None]) == [
        "shop: field Product.x is Int!, but an item of what its resolver returns may be None"
    ]


def test_a_resolver_takes_the_object_that_its_field_is_of() -> None:
    assert resolved("Int", int, root=Money) == resolved("Int", int, root=object) == []
    assert resolved("Int", int, root=Size) == [
        "shop: field Product.x is of Money, but its resolver takes Size"
    ]


def test_a_subscriptions_source_is_held_against_its_field() -> None:
    def complaints(yielded: Any) -> list[str]:
        async def source(_root: Any, _info: Any) -> Any:
            yield 1

        source.__annotations__["return"] = yielded
        resolvers = Resolvers()
        resolvers.field("Query", "ok")(lambda _root, _info: 1)
        resolvers.subscription("ticks")(source)
        sdl = (
            "extend type Query { ok: Int @public } extend type Subscription { ticks: Int! @public }"
        )
        return problems_of(sdl, resolvers)

    assert complaints(AsyncIterator[int]) == complaints(Any) == []
    assert complaints(AsyncIterator[int | None]) == [
        "shop: field Subscription.ticks is Int!, but what its source yields may be None"
    ]


def test_the_whole_report_comes_at_once() -> None:
    resolvers = Resolvers()
    resolvers.bind("Product", Money)
    resolvers.field("Product", "gone")(lambda _root, _info: None)
    sdl = """
    extend type Query { product: Product @public other: Int }
    type Product @public { amount: Int! minor: String name: String }
    """
    with pytest.raises(SchemaError) as caught:
        compose([Part(name="shop", sdl=sdl, resolvers=resolvers)])
    assert len(caught.value.report) == 7
    assert all(line in str(caught.value) for line in caught.value.report)


def test_what_is_not_checked_is_told_with_the_reason() -> None:
    resolvers = Resolvers()
    resolvers.bind("Product", Money)
    resolvers.field("Query", "product")(lambda _root, _info: None)

    @resolvers.field("Query", "bag")
    def bag(_root: None, _info: Any) -> dict[str, Any]:
        return {}

    sdl = """
    extend type Query { product: Product @public bag: Bag @public }
    type Product @public { amount: String! }
    type Bag @public { size: Int }
    """
    found = coverage([Part(name="shop", sdl=sdl, resolvers=resolvers)])
    assert found.checked == ("Product.amount",)
    assert found.unchecked == {
        "Bag.size": "no class is known of Bag",
        "Query.bag": "what its resolver returns is a dictionary",
        "Query.product": "its resolver does not say what it returns",
    }
    assert found.lines()[0] == "1 of 4 fields are checked against Python's annotations"


def test_of_the_platforms_own_schema_only_what_mutations_answer_goes_unchecked() -> None:
    found = coverage(parts(own_modules()))
    left = {
        coordinate: reason
        for coordinate, reason in found.unchecked.items()
        if not ANSWERS.match(coordinate)
    }
    assert left == {"Product.status": "ProductDocument.status may be any str"}
    assert len(found.checked) > 200
