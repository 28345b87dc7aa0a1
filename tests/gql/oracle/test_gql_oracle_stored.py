"""What is cut from stored documents is what graphql-core makes of the decoded ones."""

from collections.abc import Iterator
from random import Random
from types import GenericAlias
from typing import Any, Literal

import msgspec
from graphql import (
    ExecutionResult,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    execute,
    parse,
    validate,
)

from rustok.gql import compiler, stored
from rustok.gql.compiler import Reader
from tests.gql.oracle.choices import Choices, Drawn
from tests.gql.oracle.comparison import described
from tests.gql.oracle.running import Answer
from tests.gql.oracle.scalars import BUILT_IN

FITTING = dict(zip((str, int, str, bool, float), BUILT_IN, strict=True))
VALUES: dict[Any, tuple[Any, ...]] = {
    str: ("", "text", "7", "é\n"),
    int: (0, 1, -7, 2**31 - 1, 2**31),
    bool: (True, False),
    float: (0.0, 1.5, -1e10, 3.0),
    Any: (1, "text", [1, 2], {"k": "v"}),
}
"""Values as Structs hold them; not all of them are right for every type of the schema."""
NAMES = ("body", "decoded", "kind", "json", "whole", "source", "value", "encode")
SCHEMAS = 100
DOCUMENTS = 4
BODIES = 4


class Value(msgspec.Struct, frozen=True):
    """A kind of value: its annotation in a Struct, its type in the schema, and how one is made."""

    annotation: Any
    type: Any
    struct: "Kind | None" = None
    many: bool = False
    nullable: bool = False

    def some(self, choices: Choices) -> Any:
        if self.nullable and choices.chance(25):
            return None
        if self.many:
            return [self._one(choices) for _ in range(choices.below(4))]
        return self._one(choices)

    def _one(self, choices: Choices) -> Any:
        if self.struct is not None:
            return self.struct.some(choices)
        return choices.pick(VALUES[self.annotation])

    @property
    def python_type(self) -> Any:
        found = self.annotation if self.struct is None else self.struct.python_type
        found = GenericAlias(list, (found,)) if self.many else found
        return found | None if self.nullable else found


class Kind(msgspec.Struct, frozen=True, eq=False):
    """An object type with its Struct; fields by name, with their attributes and values."""

    type: GraphQLObjectType
    python_type: Any
    fields: dict[str, tuple[str, Value]]

    def some(self, choices: Choices) -> Any:
        values = {attribute: value.some(choices) for attribute, value in self.fields.values()}
        return self.python_type(**values)


def some_kinds(choices: Choices) -> list[Kind]:
    """Object types, each of which may hold those before it."""
    kinds: list[Kind] = []
    for number in range(1 + choices.below(4)):
        kinds.append(_kind(choices, number, kinds))
    return kinds


def _kind(choices: Choices, number: int, kinds: list[Kind]) -> Kind:
    fields: dict[str, tuple[str, Value]] = {}
    members: list[Any] = []
    for index in range(1 + choices.below(5)):
        value = _value(choices, kinds)
        name = choices.pick(NAMES) if choices.chance(15) else f"f{index}"
        name = f"f{index}" if name in fields else name
        attribute = f"py_{name}" if choices.chance(6) else name
        fields[name] = (attribute, value)
        default = (None,) if value.nullable and choices.chance(30) else ()
        members.append((attribute, value.python_type, *default))
    rename: Literal["camel"] | None = "camel" if choices.chance(10) else None
    struct = msgspec.defstruct(f"S{number}", members, kw_only=True, rename=rename)
    core = {
        name: GraphQLField(value.type, resolve=_resolver(choices, attribute, name, struct))
        for name, (attribute, value) in fields.items()
    }
    return Kind(GraphQLObjectType(f"S{number}", core), struct, fields)


def _resolver(choices: Choices, attribute: str, name: str, struct: Any) -> Any:
    """What reads a field, or now and then a resolver that does the same."""
    if choices.chance(10):
        return lambda source, _info: getattr(source, attribute)
    return Reader(attribute, name, struct, stored=True)


def _value(choices: Choices, kinds: list[Kind]) -> Value:
    struct = choices.pick(kinds) if kinds and choices.chance(40) else None
    annotation = choices.pick([str, int, float, *VALUES])
    result: Any = FITTING.get(annotation, BUILT_IN[0])
    if struct is not None:
        result = struct.type
    elif choices.chance(10):
        result = choices.pick(BUILT_IN)
    many = choices.chance(30)
    if many:
        result = GraphQLList(GraphQLNonNull(result) if choices.chance(50) else result)
    result = GraphQLNonNull(result) if choices.chance(50) else result
    nullable = annotation is not Any and choices.chance(35)
    return Value(annotation, result, struct, many, nullable)


def selections(choices: Choices, kind: Kind, depth: int = 1) -> str:
    """What to select of a kind: some fields, some of them twice or under another name."""
    parts = []
    for number in range(1 + choices.below(4)):
        name = "__typename" if choices.chance(5) else choices.pick(list(kind.fields))
        alias = f"a{number}: " if choices.chance(20) else ""
        inner = ""
        if name != "__typename":
            held = kind.fields[name][1].struct
            inner = f" {selections(choices, held, depth + 1)}" if held is not None else ""
        parts.append(f"{alias}{name}{inner}")
    return f"{{ {' '.join(parts)} }}"


def schema_of(kind: Kind) -> GraphQLSchema:
    """A schema whose root gives one object of the kind, or many."""
    fields = {
        "one": GraphQLField(kind.type, resolve=lambda root, _info: root[0]),
        "many": GraphQLField(GraphQLList(kind.type), resolve=lambda root, _info: root),
    }
    return GraphQLSchema(GraphQLObjectType("Query", fields))


def test_documents_answer_as_the_structs_that_they_are() -> None:
    compared = failed = cut = 0
    for number in range(SCHEMAS):
        choices = Drawn(Random(number))
        kind = some_kinds(choices)[-1]
        schema = schema_of(kind)
        for text in _documents(choices, kind):
            document = parse(text)
            if validate(schema, document):
                continue
            for _ in range(BODIES):
                structs = [kind.some(choices) for _ in range(1 + choices.below(3))]
                bodies = [msgspec.json.encode(struct) for struct in structs]
                kept = [stored(kind.python_type, body) for body in bodies]
                expected = execute(schema, document, structs)
                actual = compiler.execute(schema, document, kept)
                assert _told(actual) == _told(expected), (text, bodies)
                compared += 1
                failed += bool(_result(expected).errors)
                cut += _holds_struct(_result(actual).data)
    assert compared > 0.7 * SCHEMAS * DOCUMENTS * BODIES
    assert 0.1 < failed / compared < 0.7
    assert cut > 0.15 * compared


def _documents(choices: Choices, kind: Kind) -> Iterator[str]:
    for _ in range(DOCUMENTS):
        root = "one" if choices.chance(50) else "many"
        yield f"{{ {root} {selections(choices, kind)} }}"


def _holds_struct(data: Any) -> bool:
    """Whether part of the data is what was decoded, with nothing done to it."""
    if isinstance(data, dict):
        return any(map(_holds_struct, data.values()))
    return (
        any(map(_holds_struct, data))
        if isinstance(data, list)
        else isinstance(data, msgspec.Struct)
    )


def _told(answer: Any) -> tuple[bytes, list[str]]:
    """The data as it leaves, and the errors."""
    result = _result(answer)
    return msgspec.json.encode(result.data), described(Answer(result, None, ()))


def _result(answer: Any) -> ExecutionResult:
    assert isinstance(answer, ExecutionResult)
    return answer
