"""Questions about the schema itself."""

from collections.abc import Sequence
from typing import Any

from graphql import get_introspection_query

from tests.gql.oracle.choices import Choices

TYPE_FIELDS = (
    "name",
    "kind",
    "description",
    "specifiedByURL",
    "isOneOf",
    "fields { name isDeprecated type { name ofType { name kind } } }",
    "fields(includeDeprecated: true) { name args { name defaultValue } deprecationReason }",
    "interfaces { name }",
    "possibleTypes { name __typename }",
    "enumValues(includeDeprecated: true) { name isDeprecated }",
    "inputFields { name defaultValue type { name } }",
)
SCHEMA_FIELDS = (
    "queryType { name }",
    "mutationType { name }",
    "types { name kind }",
    "directives { name isRepeatable locations args { name } }",
    "description",
)


def introspection(choices: Choices, kinds: Sequence[Any], number: int) -> str:
    """A selection of the root that asks about the schema, under a name of its own."""
    if choices.chance(3):
        text = get_introspection_query(descriptions=False)
        return f"s{number}: __schema {_selection_of(text)}"
    if choices.chance(30):
        fields = choices.some(SCHEMA_FIELDS, 40) or ["__typename"]
        return f"s{number}: __schema {{ {' '.join(fields)} }}"
    name = "Nothing" if choices.chance(10) else choices.pick(kinds).name
    fields = choices.some(TYPE_FIELDS, 35) or ["name"]
    # Two selections of `fields` differ in their arguments, so the second has another name.
    fields = [f"all: {field}" if "(includeDeprecated" in field else field for field in fields]
    if any(field.startswith("all: enumValues") for field in fields):
        fields = [field for field in fields if not field.startswith("all: fields")]
    return f's{number}: __type(name: "{name}") {{ {" ".join(fields)} }}'


def _selection_of(query: str) -> str:
    """What a full introspection query selects of the schema, its fragments written out."""
    start = query.index("__schema") + len("__schema")
    selection = query[start : query.index("fragment FullType")].rstrip().removesuffix("}")
    return selection.replace("...FullType", "name kind").replace("...InputValue", "name")
