"""Abuse is refused before anything runs, and without much work."""

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import get_introspection_query, validate
from hypothesis import given
from hypothesis import strategies as st

from rustok.gql import ANONYMOUS, STAFF, Limits, Operation
from rustok.gql.documents import Documents
from rustok.gql.outline import outline
from rustok.gql.shape import Shape, measure

WIDE = Limits(
    characters=10**7, tokens=10**6, depth=200, aliases=10**6, root_fields=10**6, directives=10**6
)


def bomb(levels: int, spread: str) -> str:
    """Every fragment spreads the next one twice: 2 ** levels selections."""
    fragments = " ".join(
        f"fragment F{n} on Query {{ {spread.replace('F', f'F{n + 1}')} }}" for n in range(levels)
    )
    return f"{{ ...F0 }} {fragments} fragment F{levels} on Query {{ related {{ id }} }}"


PAGE = "products(first: 100) { nodes { category { name } variants { sku } } } "

ABUSES: Mapping[str, tuple[str, dict[str, Any], str]] = {
    "ten thousand aliases": (
        "{" + " ".join(f"a{n}: touch" for n in range(10_000)) + "}",
        {},
        "characters",
    ),
    "sixteen aliases": (
        "{" + " ".join(f"a{n}: related {{ id }}" for n in range(16)) + "}",
        {},
        "aliases",
    ),
    "many root fields": ("{" + "related { id } " * 21 + "}", {}, "rootFields"),
    "the same field again and again": (
        '{ product(id: "1") {' + "title " * 41 + "} }",
        {},
        "repeats",
    ),
    "few repetitions in each of a few": (
        "{" + ("self {" + "related { id } " * 7 + "} ") * 6 + "}",
        {},
        "repeats",
    ),
    "deep nesting": (
        '{ product(id: "1") ' + "{ parent " * 6 + "{ id }" + "}" * 7,
        {},
        "depth",
    ),
    "deep nesting by fragments": (
        "{ ...A } fragment A on Query { self { self { ...B } } } fragment B on Query "
        + "{ self " * 4
        + "{ related { id } }"
        + "}" * 4,
        {},
        "depth",
    ),
    "very many tokens": ("{" + "x " * 1_001 + "}", {}, "tokens"),
    "a huge string": ('{ product(id: "' + "x" * 20_000 + '") { id } }', {}, "characters"),
    "many directives": (
        "{ related " + "@include(if: true) " * 51 + "{ id } }",
        {},
        "directives",
    ),
    "a bomb of spreads": (bomb(38, "...F ...F"), {}, "rootFields"),
    "a bomb of nested spreads": (bomb(38, "a: self { ...F } b: self { ...F }"), {}, "depth"),
    "a page too large": ("{ products(first: 1000000000) { totalCount } }", {}, "page"),
    "a page too large in a variable": (
        "query ($n: Int) { products(last: $n) { totalCount } }",
        {"n": 10**9},
        "page",
    ),
    "a page too large by default": (
        "query ($n: Int = 101) { products(first: $n) { totalCount } }",
        {},
        "page",
    ),
    "pages in pages": (
        "{ products(first: 100) { nodes {" + "parent { variants { sku } } " * 9 + "} } }",
        {},
        "cost",
    ),
    "pages again and again": (
        "{" + "".join(f"a{n}: " + PAGE for n in range(10)) + "}",
        {},
        "cost",
    ),
    "introspection again and again": (
        "{" + " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(6)) + "}",
        {},
        "cost",
    ),
    "many ids in a variable": (
        "query ($ids: [ID!]!) {"
        + "".join(f"a{n}: nodes(ids: $ids) {{ id }}" for n in range(6))
        + "}",
        {"ids": ["p1"] * 900},
        "cost",
    ),
}


@pytest.mark.parametrize("abuse", ABUSES)
async def test_abuse_is_refused_before_any_resolver_runs(shop: Any, abuse: str) -> None:
    document, variables, limit = ABUSES[abuse]
    result = await shop.run(document, variables)
    refusals = {problem.extensions.get("limit") for problem in result.errors}
    assert limit in refusals
    assert {problem.code for problem in result.errors} == {"QUERY_TOO_COMPLEX"}
    assert not result.executed
    assert shop.calls == []


@pytest.mark.parametrize("variable", [False, True])
async def test_a_negative_page_is_the_callers_mistake(
    shop: Any, codes: Any, variable: bool
) -> None:
    document = "{ products(first: -1) { totalCount } }"
    if variable:
        document = "query ($n: Int) { products(first: $n) { totalCount } }"
    result = await shop.run(document, {"n": -1})
    assert codes(result) == ["BAD_USER_INPUT"]
    assert result.errors[0].extensions == {"argument": "first"}
    assert shop.calls == []


@pytest.mark.parametrize(
    "document",
    [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { self { ...A } }",
        "{ related { id } } fragment A on Query { ...B } fragment B on Query { ...A }",
    ],
)
async def test_fragments_in_a_circle_are_refused(shop: Any, codes: Any, document: str) -> None:
    result = await shop.run(document)
    assert codes(result) == ["GRAPHQL_VALIDATION_FAILED"]
    assert "within itself" in result.errors[0].message
    assert shop.calls == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ related { id }", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ }", "GRAPHQL_PARSE_FAILED"),
        ('{ product(id: "\\uD800") { id } }', "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { productChanged }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...A }", "GRAPHQL_VALIDATION_FAILED"),
        ("{" * 300 + "a" + "}" * 300, "QUERY_TOO_COMPLEX"),
        ("query ($n: Int!) { products(first: $n) { totalCount } }", "BAD_USER_INPUT"),
        ("{ products(first: 99999999999999999999) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_documents_that_are_none_have_their_code(
    shop: Any, codes: Any, document: str, code: str
) -> None:
    result = await shop.run(document)
    assert set(codes(result)) == {code}
    assert not result.executed
    assert result.status == 400


async def test_staff_may_ask_for_more(shop: Any) -> None:
    document = '{ product(id: "1") ' + "{ parent " * 8 + "{ id }" + "}" * 9
    assert (await shop.run(document)).errors
    assert (await shop.run(document, permissions=set())).errors == ()
    assert (await shop.run(document)).errors, "a cached document is held against each caller"


async def test_connections_and_introspection_do_not_count_as_depth(shop: Any) -> None:
    deep = (
        "{ self { self { products(first: 1) { edges { node { parent { variants { sku } } } } } } }"
        " }"
    )
    assert (await shop.run(deep)).errors == ()
    assert (await shop.run(get_introspection_query())).errors == ()


async def test_introspection_can_be_switched_off_and_suggestions_with_it(
    shop: Any, codes: Any
) -> None:
    for document in (
        "{ __schema { types { name } } }",
        '{ ...A } fragment A on Query { __type(name: "Query") { name } }',
    ):
        refused = await shop.run(document, introspection=False)
        assert codes(refused) == ["GRAPHQL_VALIDATION_FAILED"]
        assert (await shop.run(document)).errors == ()
    assert (await shop.run("{ __typename }", introspection=False)).data == {"__typename": "Query"}
    for document, variables in (
        ("{ relatd { id } }", {}),
        ("{ products(frist: 1) { totalCount } }", {}),
        ("query ($by: ProductBy!) { choose(by: $by) { id } }", {"by": {"handel": "x"}}),
    ):
        told = await shop.run(document, variables)
        hidden = await shop.run(document, variables, introspection=False)
        assert "Did you mean" in str(told.errors)
        assert "Did you mean" not in str(hidden.errors)


async def test_the_cost_of_a_batch_is_summed(shop: Any) -> None:
    one = Operation(query="{ products(first: 100) { nodes { variants { sku } } } }")
    context, caller = shop.context(), shop.caller()
    few = await shop.engine.execute_batch([one] * 8, context=context, caller=caller)
    assert [result.executed for result in few] == [True] * 8
    shop.calls.clear()
    many = await shop.engine.execute_batch([one] * 9, context=context, caller=caller)
    assert {result.errors[0].extensions["limit"] for result in many} == {"cost"}
    assert many[0].extensions["cost"] == {"requestedQueryCost": 9 * 601, "maximumAvailable": 5000}
    assert shop.calls == []


async def test_a_batch_answers_in_order_and_a_bad_one_stands_alone(shop: Any, codes: Any) -> None:
    operations = [Operation(query="mutation { touch }"), Operation(query="{ nothing }")]
    results = await shop.engine.execute_batch(
        [*operations, operations[0]], context=shop.context(), caller=shop.caller()
    )
    assert [result.executed for result in results] == [True, False, True]
    assert [result.data["touch"] for result in (results[0], results[2])] == [2, 4]


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        ("{ related(first: 0) { id } }", 1),
        ("{ related(first: 3) { id } }", 4),
        ("{ related { id } }", 101),
        ("{ products(first: 3) { totalCount } }", 1),
        ("{ products(first: 3) { nodes { id } } }", 4),
        ("{ products(first: 3) { edges { node { id } } } }", 4),
        ("{ products { edges { cursor node { parent { id } } } pageInfo { hasNextPage } } }", 41),
        ("{ products(first: 3) { ...C } } fragment C on ProductConnection { nodes { id } }", 4),
        ('{ nodes(ids: ["p1", "p2"]) { ... on Product { parent { id } } } }', 4),
        ("{ products(first: 9) @skip(if: true) { nodes { id } } related(first: 0) { id } }", 1),
        ('{ product(id: "1") { id __typename } }', 1),
        ("{ __typename }", 0),
    ],
)
async def test_costs(shop: Any, document: str, cost: int) -> None:
    result = await shop.run(document)
    assert result.extensions["cost"]["requestedQueryCost"] == cost


async def test_a_document_is_validated_once(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    validated: list[object] = []

    def count(*arguments: Any, **settings: Any) -> list[Any]:
        validated.append(arguments)
        return list(validate(*arguments, **settings))

    monkeypatch.setattr("rustok.gql.admission.validate", count)
    for _ in range(3):
        assert (await shop.run("{ related { id } }")).errors == ()
        assert (await shop.run("{ nothing }")).errors
    assert len(validated) == 2


def test_both_caches_are_bounded(shop: Any) -> None:
    documents = Documents(tokens=60, refused=5)
    for n in range(50):
        document = f"{{ a{n}: related {{ id }} }}"
        documents.get(shop.engine.schema, document, STAFF, suggestions=True)
        with pytest.raises(Exception, match="Cannot query"):
            documents.get(shop.engine.schema, f"{{ nothing{n} }}", STAFF, suggestions=True)
    assert documents._valid.currsize <= 60
    assert len(documents._valid) == 7
    assert len(documents._refused) == 5


NAMES = st.sampled_from("abc")


def selections(depth: int, spreadable: list[str]) -> st.SearchStrategy[str]:
    leaf = NAMES | st.builds("{}: {}".format, NAMES, NAMES)
    spread = st.sampled_from([f"...{name}" for name in spreadable]) if spreadable else leaf
    one = leaf | spread
    if depth:
        inner = selections(depth - 1, spreadable)
        nested = st.builds("{} {{ {} }}".format, NAMES, inner)
        inline = st.builds("... {{ {} }}".format, inner)
        one = one | nested | inline
    return st.lists(one, min_size=1, max_size=3).map(" ".join)


@st.composite
def documents(draw: st.DrawFn) -> str:
    fragments = [f"F{n}" for n in range(draw(st.integers(0, 4)))]
    parts = [
        "{ " + " ".join([draw(selections(2, fragments)), *(f"...{n}" for n in fragments)]) + " }"
    ]
    for n, name in enumerate(fragments):
        parts.append(f"fragment {name} on Q {{ {draw(selections(2, fragments[n + 1 :]))} }}")
    return " ".join(parts)


def expanded(text: str) -> str:
    """The operation with every fragment written out, found by brute force."""
    operation, *definitions = text.split(" fragment ")
    bodies = {
        definition.split(" ", 1)[0]: definition.split("{", 1)[1].rsplit("}", 1)[0]
        for definition in definitions
    }
    while "...F" in operation:
        for name, body in bodies.items():
            operation = operation.replace(f"...{name}", f"... {{ {body} }}")
    return operation


def shape_of(text: str) -> Shape:
    contents = outline(text, lines=10_000, tokens=100_000).contents
    assert contents is not None
    return measure(contents.definitions)


@given(documents())
def test_a_shape_is_that_of_the_document_written_out(text: str) -> None:
    shape, written_out = shape_of(text), shape_of(expanded(text))
    for figure in ("depth", "aliases", "root_fields", "repeats"):
        assert getattr(shape, figure) == getattr(written_out, figure)


def test_limits_of_anonymous_callers_are_the_stricter_ones() -> None:
    for field in Limits.__struct_fields__:
        assert getattr(ANONYMOUS, field) <= getattr(STAFF, field)
    assert (ANONYMOUS.depth, ANONYMOUS.aliases, ANONYMOUS.tokens) == (6, 15, 1_000)
    assert (ANONYMOUS.directives, ANONYMOUS.cost, ANONYMOUS.characters) == (50, 5_000, 15_000)


@pytest.mark.parametrize("levels", [10, 100])
def test_a_bomb_costs_work_in_proportion_to_its_text(levels: int) -> None:
    shape = shape_of(bomb(levels, "a: self { ...F } b: self { ...F }"))
    assert shape.aliases == 2 ** (levels + 1) - 2
    assert shape.depth == levels + 2


async def test_what_was_assessed_without_a_variable_does_not_hold_with_it(
    shop: Any, codes: Any
) -> None:
    document = "query ($n: Int) { products(first: $n) { totalCount } }"
    assert (await shop.run(document)).errors == ()
    assert codes(await shop.run(document, {"n": 10**9})) == ["QUERY_TOO_COMPLEX"]
    assert codes(await shop.run(document, {"n": 1e9})) == ["QUERY_TOO_COMPLEX"]
    assert codes(await shop.run(document, {"n": -1})) == ["BAD_USER_INPUT"]
    assert (await shop.run(document)).errors == ()
