"""Documents seen as texts, before they are parsed."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    Token,
    TokenKind,
    VariableDefinitionNode,
    get_location,
    parse,
    print_ast,
    validate,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from rustok.app.web.graphql import parts
from rustok.core.modules.registry import installed
from rustok.gql import ANONYMOUS, Limits, Refused, compose
from rustok.gql.outline import Definition, Outline, outline, position
from rustok.gql.outline import Node as Written
from rustok.gql.validation import Rules, relevant_rules
from rustok.gql.values import bound_values
from tests.gql import abuses

SCHEMA = compose(parts(installed())).core
DOCUMENT = '''
query Page($first: Int = 3, $filter: ProductFilter = {tag: {in: ["a", "#b", "}"]}}) @x(a: [[1]]) {
  # a comment { with: braces }
  products(first: $first, filter: $filter) { nodes { id ...Parts @skip(if: false) } }
  again: product(id: """a "quoted" { block""") { ... on Product { name: title } ... { id } }
}
fragment Parts on Product { a: id b: title, category { path { fragment: id on } } }
{ version }
'''


def read(text: str) -> Outline:
    return outline(text, lines=10_000, tokens=10_000)


def test_an_outline_counts_what_is_written() -> None:
    found = read(DOCUMENT)
    contents = found.contents
    assert contents is not None
    assert contents.words == {"first", "filter", "id", "if", "a", "Product"}
    assert contents.variables == {"first": 2, "filter": 2}
    assert contents.repeated == []
    found.contents = None
    assert found == Outline(
        lines=9,
        tokens=114,
        directives=2,
        operations=2,
        fragments=1,
        fields=13,
        levels=3,
        text=24,
        aliases=3,
        inputs=50,
        nesting=3,
    )


def nodes(node: object) -> Iterator[Node]:
    if isinstance(node, tuple | list):
        for one in node:
            yield from nodes(one)
    elif isinstance(node, Node):
        yield node
        for key in node.keys:
            if key != "loc":
                yield from nodes(getattr(node, key, None))


def parsed(text: str) -> tuple[int, int, int, int]:
    """Tokens, operations, fragments and fields as graphql-core finds them."""
    document: DocumentNode = parse(text)
    assert document.loc is not None
    count, token = 0, document.loc.start_token.next
    while token is not None and token.kind is not TokenKind.EOF:
        count += token.kind is not TokenKind.COMMENT
        token = token.next
    found = [type(node) for node in nodes(document)]
    return (
        count,
        found.count(OperationDefinitionNode),
        found.count(FragmentDefinitionNode),
        found.count(FieldNode),
    )


def tokens(given: Sequence[ArgumentNode | VariableDefinitionNode] | None) -> list[str]:
    """The texts of the tokens between the parentheses around these."""
    if not given or given[0].loc is None or given[-1].loc is None:
        return []
    found = []
    token: Token | None = given[0].loc.start_token
    while token is not None and token is not given[-1].loc.end_token.next:
        if token.kind is not TokenKind.COMMENT:
            found.append(given[0].loc.source.body[token.start : token.end])
        token = token.next
    return found


def written(selections: SelectionSetNode | None) -> list[Written] | None:
    """What graphql-core finds selected, in the outline's own terms."""
    if selections is None:
        return None
    found = []
    for node in selections.selections:
        if isinstance(node, FieldNode):
            key = node.alias.value if node.alias else node.name.value
            inner = written(node.selection_set)
            one = Written(key, node.name.value, node.alias is not None, inner)
            one.inputs = tokens(node.arguments)
        elif isinstance(node, FragmentSpreadNode):
            one = Written(name=node.name.value)
        else:
            assert isinstance(node, InlineFragmentNode)
            condition = node.type_condition
            one = Written(
                inner=written(node.selection_set), on=condition.name.value if condition else ""
            )
        one.directed = bool(node.directives)
        found.append(one)
    return found


def defined(text: str) -> list[Definition]:
    """The definitions of a document as graphql-core finds them, without their places."""
    found = []
    for node in parse(text).definitions:
        assert isinstance(node, OperationDefinitionNode | FragmentDefinitionNode)
        definition = Definition(0, written(node.selection_set) or [])
        if isinstance(node, FragmentDefinitionNode):
            definition.name, definition.type = node.name.value, node.type_condition.name.value
        else:
            definition.kind = node.operation.value
            definition.inputs = tokens(node.variable_definitions)
        found.append(definition)
    return found


STRINGS = st.text(st.characters(codec="utf-8", exclude_characters="\\\r"), max_size=8).map(
    lambda text: '"""' + text.replace('"', '\\"""').rstrip('"') + ' """'
)
VALUES = st.recursive(
    STRINGS | st.sampled_from(["1", "-2.5e3", "$v", "null", "ENUM", '"a\\"}{"', '""']),
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda items: f"[{' '.join(items)}]")
        | st.lists(inner, max_size=2).map(
            lambda items: "{" + " ".join(f"k{n}: {item}" for n, item in enumerate(items)) + "}"
        )
    ),
    max_leaves=4,
)
ARGUMENTS = st.lists(VALUES, min_size=1, max_size=2).map(
    lambda values: "(" + ", ".join(f"a{n}: {value}" for n, value in enumerate(values)) + ")"
)
LEAVES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "x: ", "on: "]),
    st.sampled_from(["id", "on", "fragment", "query", "_1"]),
    ARGUMENTS | st.just(""),
    st.sampled_from(["", " @skip(if: true)", " @x", "#c }{\n"]),
)
SELECTIONS = st.recursive(
    LEAVES | st.just("...F"),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        .map(" ".join)
        .flatmap(
            lambda text: st.sampled_from(
                [f"f {{ {text} }}", f"... on T {{ {text} }}", f"... @x {{ {text} }}"]
            )
        )
    ),
    max_leaves=6,
)
DEFINITIONS = st.builds(
    "{}{{ {} }}".format,
    st.sampled_from(
        ["", "query ", "query fragment ", "mutation M($v: [Int!] = [1]) ", "fragment F on T "]
    ),
    SELECTIONS,
)
DOCUMENTS = st.lists(DEFINITIONS, min_size=1, max_size=4).map("\n".join)


@given(DOCUMENTS)
@settings(max_examples=300)
def test_an_outline_counts_as_graphql_core_does(text: str) -> None:
    found = read(text)
    assert (found.tokens, found.operations, found.fragments, found.fields) == parsed(text)
    assert read(print_ast(parse(text))).fields == found.fields
    contents = found.contents
    assert contents is not None
    for definition in contents.definitions:
        definition.token = 0
    assert contents.definitions == defined(text)


def test_a_definition_knows_its_place() -> None:
    text = "{ a }\r\n# fragment\n\r  fragment F on T { b }"
    contents = read(text).contents
    assert contents is not None
    fragment = contents.definitions[1]
    location = parse(text).definitions[1].loc
    assert location is not None
    place = get_location(location.source, location.start)
    assert position(text, fragment.token) == (place.line, place.column)


@pytest.mark.parametrize(
    "text",
    [
        *(mark * 15_000 for mark in ['"', "\\", " ", "a", "{", "#", "-", "(", "@", ":", ","]),
        *(mark * 1_500 for mark in ['"""', '"\\', "...", "{ a ", "{ ... on a ", "fragment ", '("']),
        ", " * 7_000 + '"',
        "a b " * 3_000 + '"""',
    ],
)
def test_no_text_is_read_more_than_a_few_times(text: str) -> None:
    """Were the expressions to go back, one of these would take longer than anybody waits."""
    for tokens in (10, 1_000, 20_000):
        assert outline(text, lines=1_000, tokens=tokens).tokens <= tokens + 1


@given(st.text(max_size=200))
def test_any_text_has_an_outline(text: str) -> None:
    assert read(text).tokens <= len(text)


@pytest.mark.parametrize("text", ["{" * 10_000, "a " * 10_000, '"' * 10_000, "\\\\" * 5_000])
def test_reading_ends_at_the_limit(text: str) -> None:
    assert outline(text, lines=1, tokens=100).tokens == 101


MISTAKES = [
    *(abuse.query for abuse in abuses.TEXTS.values()),
    *(abuse.query for abuse in abuses.COSTS.values()),
    "query ($a: Int, $a: Nothing) { products(first: $b) { nodes } }",
    "{ version @include version @nothing(a: 1) { x } }",
    "query A { version } query A { ...F ...G } fragment F on Nothing { a } fragment F on ID { a }",
    "{ __type(name: 1) { fields { type { fields { type { fields { name } } } } } } }",
    "fragment F on Query { version }",
    "mutation { productCreate { position } } subscription { a b }",
]


def complaints(text: str, rules: Rules | None = None) -> list[str]:
    try:
        document = parse(text)
    except GraphQLSyntaxError:
        return []
    return [error.message for error in validate(SCHEMA, document, rules, max_errors=50)]


@pytest.mark.parametrize("text", [text for text in MISTAKES if len(text) < 5_000])
def test_the_relevant_rules_find_what_all_rules_find(text: str) -> None:
    assert complaints(text, relevant_rules(text)) == complaints(text)


@given(DOCUMENTS)
def test_the_relevant_rules_find_what_all_rules_find_in_any_document(text: str) -> None:
    assert complaints(text, relevant_rules(text)) == complaints(text)


def limit_of(variables: dict[str, Any], **limits: int) -> object:
    with pytest.raises(Refused) as caught:
        bound_values(variables, Limits(**limits))
    (problem,) = caught.value.problems
    return problem.extensions["limit"]


def test_every_item_and_entry_of_the_variables_counts() -> None:
    given_ = {"a": [1, [2, 3]], "b": {"c": None}}
    bound_values(given_, Limits(values=7))
    assert limit_of(given_, values=6) == "values"
    bound_values({}, Limits(values=0))


def test_objects_and_lists_in_the_variables_are_nested_so_deep_and_no_deeper() -> None:
    given_ = {"a": [{"b": [1]}]}
    bound_values(given_, Limits(nesting=3))
    assert limit_of(given_, nesting=2) == "nesting"


def test_a_list_that_holds_itself_many_times_is_counted_no_further_than_the_limit() -> None:
    doubled: list[object] = []
    for _ in range(60):
        doubled = [doubled, doubled]
    assert limit_of({"a": doubled}) in {"values", "nesting"}
    assert ANONYMOUS.values < 2**60
