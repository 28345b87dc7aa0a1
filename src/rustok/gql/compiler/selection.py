"""What an operation selects, merged and in order, as graphql-core collects it."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    OperationType,
    TypeNameMetaFieldDef,
)
from graphql.execution import default_field_resolver
from graphql.execution.collect_fields import (
    FieldDetailsList,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from rustok.gql.compiler.arguments import constant
from rustok.gql.compiler.document import Request
from rustok.gql.compiler.reading import Reader

Coordinate = tuple[str, str]


class Field(msgspec.Struct, frozen=True, eq=False):
    """One field of the answer: where it stands, what it merges, how its value is found.

    `reader` is set when the value is read and not resolved, and no argument can be wrong; `plain`
    when that holds for all that is selected from it as well, so that it may be read again without
    any effect.
    """

    key: str
    parent: GraphQLObjectType
    definition: GraphQLField
    details: FieldDetailsList
    nodes: list[FieldNode]
    resolve: Callable[..., Any]
    reader: Reader | None
    plain: bool
    guarded: bool

    @property
    def name(self) -> str:
        """The field's name in the schema."""
        return self.nodes[0].name.value

    @property
    def coordinate(self) -> Coordinate:
        """The field's parent type and name."""
        return self.parent.name, self.name


class Selections:
    """Collects the fields of one operation, for one outcome of its @skip and @include."""

    def __init__(
        self,
        request: Request,
        variables: VariableValues,
        *,
        field_resolver: Callable[..., Any],
        guarded: frozenset[Coordinate],
    ) -> None:
        self.request = request
        self._variables = variables
        self._field_resolver = field_resolver
        self._guarded = guarded
        self._known: dict[tuple[str, int], tuple[Field, ...]] = {}
        self._kept: list[FieldDetailsList] = []

    def root(self, kind: GraphQLObjectType) -> tuple[Field, ...]:
        """The fields of the operation itself."""
        request = self.request
        collected = collect_fields(
            request.schema,
            dict(request.fragments),
            self._variables,
            kind,
            request.operation,
        )
        return self._fields(kind, collected.grouped_field_set)

    def of(self, kind: GraphQLObjectType, details: FieldDetailsList) -> tuple[Field, ...]:
        """What the nodes of one field select from an object of this type."""
        key = (kind.name, id(details))
        known = self._known.get(key)
        if known is None:
            request = self.request
            collected = collect_subfields(
                request.schema,
                dict(request.fragments),
                self._variables,
                request.operation,
                kind,
                details,
            )
            known = self._known[key] = self._fields(kind, collected.grouped_field_set)
            self._kept.append(details)  # its id is a key: it must not be given to another list
        return known

    def _fields(self, kind: GraphQLObjectType, grouped: GroupedFieldSet) -> tuple[Field, ...]:
        found = (self._field(kind, key, details) for key, details in grouped.items())
        return tuple(field for field in found if field is not None)

    def _field(self, kind: GraphQLObjectType, key: str, details: FieldDetailsList) -> Field | None:
        nodes = [detail.node for detail in details]
        name = nodes[0].name.value
        definition = self.request.schema.get_field(kind, name)
        if definition is None:
            return None
        resolve = definition.resolve or self._field_resolver
        guarded = (kind.name, name) in self._guarded
        reader = _reader(resolve, name) if constant(definition, nodes[0]) is not None else None
        plain = (
            not guarded
            and (reader is not None or definition is TypeNameMetaFieldDef)
            and self.is_plain(definition.type, details)
        )
        return Field(key, kind, definition, details, nodes, resolve, reader, plain, guarded)

    def is_plain(self, kind: GraphQLOutputType, details: FieldDetailsList) -> bool:
        """Whether everything selected from a value of the type is read from it."""
        while isinstance(kind, GraphQLNonNull | GraphQLList):
            kind = kind.of_type
        if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            return True
        if not isinstance(kind, GraphQLObjectType) or kind.is_type_of is not None:
            return False
        return all(field.plain for field in self.of(kind, details))

    @property
    def serial(self) -> bool:
        """Whether the fields of the root wait for each other."""
        return self.request.operation.operation is OperationType.MUTATION


def _reader(resolve: Callable[..., Any], name: str) -> Reader | None:
    if isinstance(resolve, Reader):
        return resolve
    return Reader(name, name) if resolve is default_field_resolver else None


def together(fields: Sequence[Field]) -> Iterator[tuple[bool, tuple[Field, ...]]]:
    """The runs of fields that are plain, and of those that are not."""
    for plain, group in groupby(fields, key=lambda field: field.plain):
        yield plain, tuple(group)
