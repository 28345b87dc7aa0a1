"""What is told of a document that is not parsed is what is found in it when it is."""

from typing import Any

import pytest
from graphql import (
    FragmentDefinitionNode,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    parse,
    validate,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rustok.app.web.graphql import parts
from rustok.core.modules.registry import installed
from rustok.gql import Caller, Engine, Limits, Operation, Refused, compose
from rustok.gql.assessment import assess
from rustok.gql.conflicts import conflicts
from rustok.gql.entries import entries
from rustok.gql.estimate import estimated
from rustok.gql.outline import Contents, outline
from tests.gql.abuses import COSTS

SCHEMA = compose(parts(installed()))
PAGE = 100
SIZES = st.sampled_from(
    [
        *("", "(first: 3)", "(first: 100)", "(first: 101)", "(last: 2)", "(first: 2, after: null)"),
        *("(first: $n)", "(first: -1)", '(after: "first")', "(filter: {ids: []} first: 7)"),
        *('(query: "a")', '(query: "\\u0061")', '(query: """a""")'),
        '(last: 5 query: "\\u0061 (first: 1)")',
    ]
)
ALIASES = st.sampled_from(["", "", "a: ", "title: "])
DIRECTIVES = st.sampled_from(["", "", "", "", "@include(if: true)", "@skip(if: $b)"])
LEAVES = st.builds(
    "{}{} {}".format, ALIASES, st.sampled_from(["id", "title", "handle", "__typename"]), DIRECTIVES
)


def several(one: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(one, min_size=1, max_size=4).map(" ".join)


OF_PRODUCT = several(
    LEAVES
    | st.sampled_from(
        ["...P", "...N @skip(if: $b)", "category { id path { id } }", "options { name }"]
    )
    | several(LEAVES).map(lambda inner: f"... on Product {{ {inner} }}")
    | st.builds("{}variants {{ id {} }}".format, ALIASES, st.sampled_from(["title", "...V"]))
)
OF_QUERY = several(
    st.builds("{}products{} {} {{ nodes {{ {} }} }}".format, ALIASES, SIZES, DIRECTIVES, OF_PRODUCT)
    | st.builds("products{} {{ edges {{ node {{ {} }} }} }}".format, SIZES, OF_PRODUCT)
    | st.builds("categories {{ id children {{ {}id }} }}".format, ALIASES)
    | st.sampled_from(["...Q", "version", "a: version", "__schema { types { name } }"])
)
DOCUMENTS = st.builds(
    "query ($n: Int = 3, $b: Boolean!) {{ {} }} fragment P on Product {{ {} }}"
    " fragment N on Node {{ {} }} fragment Q on Query {{ {} }}"
    " fragment V on ProductVariant {{ id sku }}".format,
    OF_QUERY,
    several(LEAVES),
    st.sampled_from(["id", "a: id", "__typename"]),
    st.builds(
        "products{} {{ nodes {{ {} }} }}".format, SIZES, OF_PRODUCT.filter(lambda t: "..." not in t)
    ),
)


def read(text: str) -> Contents:
    contents = outline(text, lines=1_000, tokens=10_000).contents
    assert contents is not None
    return contents


def priced(text: str, variables: dict[str, Any]) -> int | None:
    """What the operation costs, None where it is refused for its pages."""
    node = parse(text)
    (operation,) = (d for d in node.definitions if isinstance(d, OperationDefinitionNode))
    fragments = {d.name.value: d for d in node.definitions if isinstance(d, FragmentDefinitionNode)}
    try:
        return assess(SCHEMA, operation, fragments, variables, PAGE).cost
    except Refused:
        return None


@given(DOCUMENTS, st.integers(0, 5), st.booleans())
@settings(max_examples=300)
def test_a_cost_that_the_text_tells_is_that_of_the_document(text: str, n: int, b: bool) -> None:
    found = estimated(SCHEMA, read(text).definitions, PAGE)
    assert found in {None, priced(text, {"n": n, "b": b})}


@pytest.mark.parametrize("name", [name for name in COSTS if "page" not in name])
def test_the_text_tells_what_abuses_cost(name: str) -> None:
    text = COSTS[name].query
    assert estimated(SCHEMA, read(text).definitions, PAGE) == priced(text, {})


@pytest.mark.parametrize(
    "text",
    [
        "{ products(first: $n) { nodes { id } } }",
        "{ products @skip(if: false) { nodes { id } } }",
        "{ products { ...F @skip(if: false) } } fragment F on ProductConnection { nodes { id } }",
        "{ products(filter: {first: 3}) { nodes { id } } }",
        "{ products(query: first, filter: {first: 3}) { nodes { id } } }",
        "{ products(first: 101) { nodes { id } } }",
        "{ nothing { id } }",
        "{ version { id } }",
        "query A { version } query B { version }",
        "subscription { nothing }",
        "fragment F on Query { version }",
    ],
)
def test_what_a_text_does_not_tell_is_left_to_its_document(text: str) -> None:
    assert estimated(SCHEMA, read(text).definitions, PAGE) is None


@given(DOCUMENTS)
@settings(max_examples=300)
@example(
    """{ products(query: "\\u0061") { nodes { a: title } } products { nodes { a: handle } } }"""
)
def test_fields_that_conflict_unparsed_conflict_for_graphql_core(text: str) -> None:
    told = set(conflicts(read(text).definitions))
    errors = validate(
        SCHEMA.core, parse(text), [OverlappingFieldsCanBeMergedRule], max_errors=1_000
    )
    assert all(any(f"'{key}'" in error.message for error in errors) for key in told)


def test_of_fragments_without_end_so_much_is_looked_at_and_no_more() -> None:
    spread = "a {{ ...F{0} }} b {{ ...F{0} }} a {{ ...F{0} }}"
    text = "{ ...F0 } " + " ".join(
        f"fragment F{n} on T {{ {spread.format(n + 1)} }}" for n in range(60)
    )
    assert list(conflicts(read(text).definitions)) == []


def test_names_in_free_values_and_of_variables_are_no_entries() -> None:
    inputs = [
        "a : { free : { x : [ { y : Z } ] } b : E } c : [ true $v ]".split(),
        "$ v : [ Free ! ] = [ { x : 1 } ] $ w : Int".split(),
    ]
    assert entries(inputs, {"free", "Free"}) == {"a", "free", "b", "E", "c", "true", "Free", "Int"}


async def test_a_cost_told_unparsed_is_told_each_time() -> None:
    abuse = COSTS["pages again and again"]
    engine = Engine(SCHEMA, on_error=lambda error, path: pytest.fail(f"{path}: {error}"))
    for _ in range(2):
        result = await engine.execute(
            Operation(query=abuse.query), context=None, caller=Caller(limits=Limits())
        )
        assert result.extensions == {"cost": {"requestedQueryCost": 6015, "maximumAvailable": 5000}}
