"""Composition: a schema, or one report with every problem."""

from typing import Any

import msgspec
import pytest
from graphql import parse

from rustok.gql import Info, Part, Resolvers, SchemaError, compose, snake_case

MINIMAL = Part(name="minimal", sdl="extend type Query { ok: Int @public }", resolvers=Resolvers())


def resolve(root: object, info: Info, **arguments: Any) -> object:
    return None


MINIMAL.resolvers.field("Query", "ok")(resolve)


class Product(msgspec.Struct):
    id: str
    list_price: int


def report(sdl: str, resolvers: Resolvers | None = None, *more: Part) -> list[str]:
    part = Part(name="shop", sdl=sdl, resolvers=resolvers or Resolvers())
    with pytest.raises(SchemaError) as caught:
        compose([MINIMAL, part, *more])
    return list(caught.value.report)


def test_one_report_lists_every_problem() -> None:
    resolvers = Resolvers()
    resolvers.bind("Product", Product)
    resolvers.bind("Gone", Product)
    resolvers.field("Product", "gone")(resolve)
    resolvers.field("Nothing", "id")(resolve)
    resolvers.enum("Color", {"RED": 1, "BLUE": 2})
    resolvers.type_of("Product")(lambda _value, _info, _type: "Product")
    lines = report(
        """
        extend type Query { a: Product b: Int @public @auth }
        type Product { id: ID! @public listPrice: Int @public name: String @public @loud }
        enum Color { RED GREEN }
        scalar Money
        """,
        resolvers,
    )
    assert sorted(lines) == sorted(
        [
            "shop:3: Unknown directive '@loud'.",
            "shop: field Query.b has both @auth and @public",
            "shop: field Query.a has neither @auth nor @public on the field",
            "shop: resolver of Product.gone has no such field",
            "shop: resolver of Nothing.id has no such field",
            "shop: field Query.a has no resolver",
            "shop: field Query.b has no resolver",
            "shop: field Product.name has no resolver, and Product has no attribute name",
            "shop: binding Gone has no such type",
            "shop: type resolver Product has no such type",
            "shop: enum Color and its values differ in BLUE, GREEN",
            "shop: scalar Money has no implementation",
        ]
    )


def test_types_and_fields_declared_twice_name_both_parts() -> None:
    other = Part(
        name="blog",
        sdl="type Page @public { a: Int }\nextend type Query { ok: Int @public }",
        resolvers=Resolvers(),
    )
    lines = report("type Page @public { a: Int }", None, other)
    assert any("shop:1, blog:1: There can be only one type named 'Page'" in x for x in lines)
    assert any("minimal:1, blog:2: Field 'Query.ok'" in line for line in lines)


def test_a_syntax_error_names_its_part_and_line() -> None:
    (line,) = report("\n\nextend type Query {")
    assert line.startswith("shop:3: Syntax Error")


def test_root_fields_need_a_rule_of_their_own_and_other_types_inherit() -> None:
    resolvers = Resolvers()
    resolvers.field("Query", "page")(resolve)
    lines = report(
        "extend type Query @public { page: Page } type Page @auth { a: Int b: Int @public }",
        resolvers,
    )
    assert lines == ["shop: field Query.page has neither @auth nor @public on the field"]


def test_an_interface_says_who_may_select_its_fields_too() -> None:
    lines = report("interface Node { id: ID } type Page implements Node @public { id: ID }")
    assert lines == ["shop: field Node.id has neither @auth nor @public on the field or its type"]


def test_resolvers_take_what_the_field_has() -> None:
    resolvers = Resolvers()

    @resolvers.field("Query", "few")
    def few(root: object, info: Info) -> int:
        return 1

    @resolvers.field("Query", "many")
    def many(root: object, info: Info, first: int, extra: int) -> int:
        return 1

    @resolvers.field("Query", "none")
    def none() -> int:
        return 1

    lines = report(
        "extend type Query { few(sortBy: Int): Int @public many(first: Int): Int @public"
        " none: Int @public }",
        resolvers,
    )
    assert lines == [
        "shop: resolver of Query.few does not take the argument sortBy (as sort_by)",
        "shop: resolver of Query.many needs a default for first, which a caller may leave out",
        "shop: resolver of Query.many wants extra, which is no argument of the field",
        "shop: resolver of Query.none does not take (root, info, ...)",
    ]


def test_a_field_has_one_resolver() -> None:
    resolvers = Resolvers()
    resolvers.field("Query", "ok")(resolve)
    assert report("scalar Unused", resolvers) == [
        "shop: resolver of Query.ok is registered twice, also by minimal",
        "shop: scalar Unused has no implementation",
    ]


def test_an_input_fits_its_class() -> None:
    class PageInput(msgspec.Struct):
        title: str
        slug: str
        body: str = ""

    resolvers = Resolvers()
    resolvers.bind("PageInput", PageInput)
    assert report("input PageInput { title: String! slug: String draft: Boolean }", resolvers) == [
        "shop: input PageInput has draft, which PageInput does not take",
        "shop: PageInput needs slug, which PageInput may leave out",
    ]


def test_costs_are_checked() -> None:
    resolvers = Resolvers()
    resolvers.field("Query", "a")(resolve)
    resolvers.field("Query", "b")(resolve)
    lines = report(
        'extend type Query { a: Int @public @cost(value: "x") b: Int @public'
        ' @cost(multipliers: ["ids"]) }',
        resolvers,
    )
    assert lines == [
        "shop: @cost of Query.a does not fit: Expected `int | null`, got `str` - at `$.value`",
        "shop: @cost of Query.b multiplies by ids, which is no argument of the field",
    ]


def test_a_broken_type_system_is_reported() -> None:
    (line,) = report(
        "interface Node @public { id: ID } type Page implements Node @public { a: Int }"
    )
    assert line == (
        "shop:1, shop:1: Interface field Node.id expected but Page does not provide it."
    ).replace("shop:1, shop:1", "shop:1")


def test_two_parts_of_one_name_are_refused() -> None:
    with pytest.raises(SchemaError, match="minimal: 2 parts have this name"):
        compose([MINIMAL, Part(name="minimal", sdl="")])


def test_the_text_of_a_schema_is_sorted_and_parses(shop: Any) -> None:
    text = shop.engine.schema.sdl
    assert parse(text).definitions
    assert text.index("type Category") < text.index("type Product")
    assert text == compose(reversed(shop.parts)).sdl


def test_names_follow_the_given_convention() -> None:
    assert [snake_case(name) for name in ("compareAtPrice", "imageURL", "sku", "HTTPServer2")] == [
        "compare_at_price",
        "image_url",
        "sku",
        "http_server2",
    ]
    resolvers = Resolvers()

    @resolvers.field("Query", "pageCount")
    def page_count(root: object, info: Info, **arguments: Any) -> list[str]:
        return list(arguments)

    part = Part(
        name="kept",
        sdl="extend type Query { pageCount(perPage: Int): [String] @public }",
        resolvers=resolvers,
    )
    schema = compose([part], python_name=lambda name: name)
    field = schema.core.type_map["Query"].fields["pageCount"]  # type: ignore[attr-defined]  # an object type
    assert field.args["perPage"].out_name == "perPage"
