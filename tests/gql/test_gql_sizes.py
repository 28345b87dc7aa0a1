"""Sizes that are not plain arguments count all the same."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from rustok.gql import Part, Refused, Resolvers, compose
from rustok.gql.assessment import assess


@pytest.mark.parametrize(
    ("document", "variables", "cost"),
    [
        ("{ search(by: {first: 7}) { id } }", {}, 8),
        ("query ($n: Int) { search(by: {first: $n}) { id } }", {"n": 9}, 10),
        ("query ($by: Page) { search(by: $by) { id } }", {"by": {"first": 9.0}}, 10),
        ("query ($by: Page) { search(by: $by) { id } }", {"by": {}}, 101),
        ("{ search { id } }", {}, 6),
        ("{ matrix(rows: [[1, 2], [3]]) }", {}, 6),
        ("query ($r: [[Int]]) { matrix(rows: $r) }", {"r": [[1] * 10] * 10}, 200),
    ],
)
def test_sizes_inside_of_inputs_and_lists_in_lists_count(
    document: str, variables: dict[str, Any], cost: int
) -> None:
    assert cost_of(document, variables) == cost


@pytest.mark.parametrize("first", [-1, 101, 1e9])
def test_a_page_inside_of_an_input_is_bounded(first: float) -> None:
    with pytest.raises(Refused):
        cost_of("query ($by: Page) { search(by: $by) { id } }", {"by": {"first": first}})


def cost_of(document: str, variables: dict[str, Any]) -> int:
    resolvers = Resolvers()
    resolvers.field("Query", "search")(lambda _root, _info, **_arguments: [])
    resolvers.field("Query", "matrix")(lambda _root, _info, **_arguments: 1)
    sdl = """
    extend type Query {
      search(by: Page = {first: 5}): [Thing!]! @public @cost(slicing: ["by.first"])
      matrix(rows: [[Int]]): Int @public @cost(value: 2, multipliers: ["rows"])
    }
    input Page { first: Int }
    type Thing @public { id: ID! }
    """
    schema = compose([Part(name="things", sdl=sdl, resolvers=resolvers)])
    (operation,) = parse(document).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return assess(schema, operation, {}, variables, 100).cost
