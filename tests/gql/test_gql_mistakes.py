"""Many mistakes of a kind are told without parsing, and none of a valid document."""

from collections.abc import Callable, Sequence

import pytest
from graphql import parse, validate

from rustok.app.web.graphql import parts
from rustok.core.modules.registry import installed
from rustok.gql import ANONYMOUS, Problem, Refused, compose
from rustok.gql.admission import COMPLAINTS, admit
from rustok.gql.mistakes import mistakes
from rustok.gql.outline import outline
from tests.gql.abuses import each

SCHEMA = compose(parts(installed()))
MANY = COMPLAINTS + 1

KINDS: dict[str, Callable[[int], str]] = {
    "fields": lambda n: "{ version " + each("nothing#", n) + "}",
    "aliased fields": lambda n: "{ version " + each("a#: nothing#", n) + "}",
    "arguments": lambda n: "{ products(" + each("fist#: 1", n) + ") { totalCount } }",
    "types": lambda n: "{ version " + each("... on Thing# { version }", n) + "}",
    "variables": lambda n: "query (" + each("$v#: Int", n) + ") { version }",
    "undefined variables": lambda n: "{ " + each("a#: product(id: $v#) { id }", n) + " }",
    "repeated arguments": lambda n: "{ products(first: 1 " + "first: 1 " * n + ") { totalCount } }",
    "entries": lambda n: (
        "{ products(filter: {" + each("avilable#: true", n) + "}) { totalCount } }"
    ),
    "entries of a variable": lambda n: (
        "query ($f: ProductFilter = {" + each("avilable#: true", n) + "})"
        " { products(filter: $f) { totalCount } }"
    ),
    "entries around free values": lambda n: (
        'mutation { productCreate(input: {title: "a", metadata: {own: 1}, '
        + each("titel#: 1", n)
        + "}) { position } }"
    ),
    "values of an enum": lambda n: (
        "{ products(filter: {status: [" + each("ACTVE#", n) + "]}) { totalCount } }"
    ),
    "repeated entries": lambda n: (
        "{ products(filter: {available: true " + "available: true " * n + "}) { totalCount } }"
    ),
    "conflicting arguments": lambda n: (
        "{ products { totalCount } " + each("products(first: #) { totalCount }", n) + "}"
    ),
    "conflicting fields": lambda n: "{ products { nodes { title " + "title: handle " * n + "} } }",
    "conflicting fragments": lambda n: (
        "{ ...F "
        + each("...F#", n)
        + "} fragment F on Query { products { totalCount } } "
        + each("fragment F# on Query { ... { products(first: #) { totalCount } } }", n)
    ),
    "unused fragments": lambda n: "{ version }" + each("fragment F# on Query { version }", n),
}


def seen(text: str) -> Sequence[Problem]:
    contents = outline(text, lines=1_000, tokens=1_000).contents
    assert contents is not None
    return mistakes(contents, SCHEMA, text, more_than=COMPLAINTS, merged=True)


@pytest.mark.parametrize("kind", KINDS)
def test_many_of_a_kind_are_told_and_are_mistakes(kind: str) -> None:
    text = KINDS[kind](MANY)
    problems = seen(text)
    assert 1 <= len(problems) <= COMPLAINTS
    assert {problem.code for problem in problems} == {"GRAPHQL_VALIDATION_FAILED"}
    assert validate(SCHEMA.core, parse(text))
    with pytest.raises(Refused) as caught:
        admit(SCHEMA, text, ANONYMOUS, suggestions=True)
    assert caught.value.problems == tuple(problems)


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_are_left_to_graphql_core(kind: str) -> None:
    text = KINDS[kind](1)
    assert not seen(text)
    with pytest.raises(Refused) as caught:
        admit(SCHEMA, text, ANONYMOUS, suggestions=True)
    told = {problem.message for problem in caught.value.problems}
    assert told <= {error.message for error in validate(SCHEMA.core, parse(text))}


def test_an_unused_fragment_is_told_where_it_is() -> None:
    text = "{ version }\n" + each("\n fragment F# on Query { version }", MANY)
    expected = {
        (e.message, e.locations[0]) for e in validate(SCHEMA.core, parse(text)) if e.locations
    }
    for problem in seen(text):
        ((line, column),) = problem.locations
        assert (problem.message, (line, column)) in {
            (message, (place.line, place.column)) for message, place in expected
        }


VALID = {
    "variables and aliases": """
        query ($a: Int, $b: String, $c: String, $d: Int) {
          a: products(first: $a, after: $b) { ...P }
          b: products(query: $c, first: $d) { ...P }
        }
        fragment P on ProductConnection { nodes { kind: __typename ... on Product { one: title } } }
    """,
    "introspection": """
        { __schema { types { fields { name args { name defaultValue } } enumValues { name } } } }
    """,
    "several operations": """
        mutation A($m: JSON) { productCreate(input: {title: "a", metadata: $m}) { position } }
        query B($m: ID) { product(id: $m) { id } }
    """,
    "nested values": """
        { products(filter: {available: true, tag: {in: ["own", "words"]}}) @include(if: true) {
          first: totalCount second: totalCount third: totalCount fourth: totalCount
        } }
    """,
    "free keys": """
        mutation {
          productCreate(input: {
            title: "a", metadata: {my: 1, own: 2, keys: 3, here: {and: [{here: TOO}]}}
          }) {
            position
          }
        }
    """,
    "free keys by default": """
        mutation A($m: JSON = {my: 1, own: 2, keys: 3, here: 4}) {
          productCreate(input: {title: "a", metadata: $m}) { position }
        }
    """,
    "the same again": r"""
        {
          products(first: 2, query: "a\u0062\n") { ...A }
          ... on Query { products(query: "ab\u000a" first: 2) { ...B ... { ...A } } }
        }
        fragment A on ProductConnection { totalCount totalCount nodes { title } }
        fragment B on ProductConnection { totalCount nodes { title title handle } }
    """,
}


@pytest.mark.parametrize("name", VALID)
def test_names_of_a_clients_own_are_no_mistakes(name: str) -> None:
    assert not validate(SCHEMA.core, parse(VALID[name]))
    assert not seen(VALID[name])
