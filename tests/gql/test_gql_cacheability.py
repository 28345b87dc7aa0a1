"""Only what declares itself may be kept, and a declaration that says nothing ends the start."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from rustok.gql import Part, Resolvers, Schema, SchemaError, compose
from rustok.gql.cacheability import may_be_kept
from rustok.gql.compiler.document import definitions_of

SDL = """
interface Node @public { id: ID! }
type Product implements Node @public {
  id: ID!
  title: String!
  stock: Int!
  related: [Product!]! @cacheable
  staff: String @auth
}
type Review implements Node @public { id: ID! text: String! rating: Int! }
extend type Query {
  product: Product @public @cacheable
  node: Node @public @cacheable
  now: String! @public
}
extend type Mutation { touch: Int! @public }
"""


def resolve(root: object, info: object) -> Any:
    return None


def schema(sdl: str = SDL, *resolved: tuple[str, str]) -> Schema:
    resolvers = Resolvers()
    for place in resolved or (
        ("Product", "related"),
        ("Product", "stock"),
        ("Review", "rating"),
        ("Query", "product"),
        ("Query", "node"),
        ("Query", "now"),
        ("Mutation", "touch"),
    ):
        resolvers.field(*place)(resolve)
    return compose([Part(name="shop", sdl=sdl, resolvers=resolvers)])


def is_kept(text: str) -> bool:
    composed = schema()
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return may_be_kept(composed.core, composed.live, operation, definitions_of(document))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("{ product { title __typename } }", True),
        ("{ product { related { related { title } } } }", True),
        (
            "query Q { ...F } fragment F on Query { product { ...G } } fragment G on Product {id}",
            True,
        ),
        ("{ node { id } }", True),
        ("{ node { ... on Product { title } } }", True),
        ("{ now }", False),
        ("{ product { title } now }", False),
        ("{ product { related { stock } } }", False),
        ("{ product { staff } }", False),
        ("{ node { ... on Product { stock } } }", False),
        ("{ node { ... on Review { text } } }", True),
        ("{ node { ... on Review { rating } } }", False),
        ("query Q { ...F } fragment F on Query { product { ... { stock } } }", False),
        ("query Q($x: Boolean!) { product { stock @include(if: $x) } }", False),
        ("{ __schema { description } }", False),
        ('{ product { title } __type(name: "Product") { name } }', False),
        ("mutation { touch }", False),
    ],
)
def test_one_live_field_makes_an_operation_live(text: str, *, kept: bool) -> None:
    assert is_kept(text) is kept


@pytest.mark.parametrize(
    ("field", "complaint"),
    [
        ("extend type Query { a: Int @auth @cacheable }", "only what everyone may select is kept"),
        ("extend type Mutation { a: Int @public @cacheable }", "only answers to queries are kept"),
        ("interface I @public { a: Int @cacheable }", "the fields of the object types say it"),
        ("type T @public { a: Int @cacheable }", "it is read, not resolved"),
    ],
)
def test_what_is_declared_in_vain_ends_the_start(field: str, complaint: str) -> None:
    resolvers = Resolvers()
    for kind in ("Query", "Mutation"):
        if kind in field:
            resolvers.field(kind, "a")(resolve)
    minimal = Resolvers()
    minimal.field("Query", "ok")(resolve)
    ok = Part(name="minimal", sdl="extend type Query { ok: Int @public }", resolvers=minimal)
    with pytest.raises(SchemaError) as caught:
        compose([ok, Part(name="shop", sdl=field, resolvers=resolvers)])
    assert any(complaint in line for line in caught.value.report)
