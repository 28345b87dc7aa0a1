"""What a client's sources ask of the schema is found, checked, and listed."""

from typing import Any

import pytest

from rustok.gql.extraction import Extracted, extract

SCRIPT = """
import { gql } from "@apollo/client";
// what isn't finished: gql`query {
/* nor this: gql`query { x }` */
const note = "don't read gql`{ a }` here";
const CARD = gql`
  fragment Card on Product { id title }
`;
export const RELATED = gql`
  query Related($first: Int) {
    related(first: $first) { ...Card }
  }
  ${CARD}
`;
const NODES = graphql(/* GraphQL */ `query Nodes { nodes(ids: ["a"]) { id ...Card } }`);
const TYPED = gql<Answer, never>`query Typed { me { id } }`;
const MARKED = /* GraphQL */ `mutation Touch { touch }`;
"""
PYTHON = '''
from gql import gql
import other

RELATED = gql("""
query Python { broken }
""")
other.graphql("query Other { broken }")
print("query Not { nothing }")
'''


def found(shop: Any, typenames: bool = False, **files: str) -> Extracted:
    named = {name.replace("_", "."): text for name, text in files.items()}
    return extract(named, shop.engine.schema.core, typenames=typenames)


def bodies(extracted: Extracted) -> dict[str, str]:
    assert extracted.findings == ()
    return {one.name: " ".join(one.body.split()) for one in extracted.manifest.operations}


def complaints(extracted: Extracted) -> list[str]:
    assert extracted.manifest.operations == ()
    return [str(finding) for finding in extracted.findings]


def test_templates_of_scripts_are_found_with_their_fragments(shop: Any) -> None:
    card = "fragment Card on Product { id title }"
    assert bodies(found(shop, client_tsx=SCRIPT)) == {
        "Related": f"query Related($first: Int) {{ related(first: $first) {{ ...Card }} }} {card}",
        "Nodes": f'query Nodes {{ nodes(ids: ["a"]) {{ id ...Card }} }} {card}',
        "Typed": "query Typed { me { id } }",
        "Touch": "mutation Touch { touch }",
    }


def test_texts_of_python_are_found(shop: Any) -> None:
    assert bodies(found(shop, client_py=PYTHON)) == {
        "Python": "query Python { broken }",
        "Other": "query Other { broken }",
    }


def test_a_fragment_may_lie_in_another_file(shop: Any) -> None:
    extracted = found(
        shop,
        a_graphql="query A { related { ...Outer } }",
        b_gql="fragment Inner on Product { title } fragment Unused on Product { id }",
        c_graphql="fragment Outer on Product { parent { ...Inner } }",
    )
    assert bodies(extracted)["A"].endswith(
        "fragment Outer on Product { parent { ...Inner } } fragment Inner on Product { title }"
    )


def test_typenames_are_added_as_a_caching_client_does(shop: Any) -> None:
    text = "query A { related { id parent { __typename id } } ...F } fragment F on Query { broken }"
    assert bodies(found(shop, typenames=True, a_graphql=text)) == {
        "A": "query A { related { id parent { __typename id } __typename } ...F } "
        "fragment F on Query { broken __typename }"
    }


def test_operations_come_in_the_order_of_their_names(shop: Any) -> None:
    texts = ["query B { broken }", "query A { broken }"]
    one = found(shop, a_graphql="\n".join(texts))
    other = found(shop, b_graphql=texts[1], c_graphql=texts[0])
    assert one.manifest == other.manifest
    assert [listed.name for listed in one.manifest.operations] == ["A", "B"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a_graphql", "query A {\n  nothing\n}", ["2: Cannot query field 'nothing'"]),
        ("a_graphql", "\n\nquery A {", ["3: Syntax Error"]),
        ("a_graphql", "{ broken }", ["1: An operation needs a name."]),
        ("a_graphql", "type A { b: Int }", ["1: This is neither an operation nor a fragment."]),
        ("a_graphql", "query A { broken ...F }", ["1: Unknown fragment 'F'."]),
        ("a_graphql", "query A { broken }\nquery A { broken }", ["1: There can be only one"]),
        ("a_ts", "\nconst q = gql`\n\n query A { nothing }`", ["4: Cannot query field"]),
        ("a_ts", "gql`query A {\n ${fields} }`", ["2: Nothing can be put into"]),
        ("a_ts", "gql`query A { broken } ${f({})}`", ["1: Nothing can be put into"]),
        ("a_py", "\n\ngql('query A { nothing }')", ["3: Cannot query field"]),
        ("a_py", "\ngql(f'query A {{ {x} }}')", ["2: Nothing can be put into"]),
        ("a_py", "x = (\n", ["1: This is not Python"]),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    shop: Any, name: str, text: str, expected: list[str]
) -> None:
    file = name.replace("_", ".")
    said = complaints(extract({file: text}, shop.engine.schema.core))
    assert len(said) == len(expected)
    for line, start in zip(said, expected, strict=True):
        assert line.startswith(f"{file}:{start}")


def test_all_files_are_complained_of_at_once(shop: Any) -> None:
    said = complaints(found(shop, b_graphql="query B { x }", a_graphql="query A { y }"))
    assert [line.partition(":")[0] for line in said] == ["a.graphql", "b.graphql"]
