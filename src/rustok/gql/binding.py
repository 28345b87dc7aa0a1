"""Puts resolvers, classes, scalars and enums of the parts onto a graphql-core schema."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
)

from rustok.gql.compiler import Reader, class_of
from rustok.gql.declarations import SUBSCRIPTION
from rustok.gql.naming import Naming
from rustok.gql.resolvers import Part, Resolver

Build = Callable[..., Any]


def bind(schema: GraphQLSchema, parts: Sequence[Part], python_name: Naming) -> None:
    """Complete the schema in place; what the schema does not have is passed over."""
    resolvers = {
        (known[0], known[1]): known[2] for part in parts for known in part.resolvers.fields
    }
    classes = {name: bound for part in parts for name, bound in part.resolvers.bindings.items()}
    stored = {name for part in parts for name in part.resolvers.stored}
    type_resolver = _TypeResolver(schema, classes)
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType):
            _bind_object(kind, resolvers, python_name)
            _bind_readers(kind, classes.get(name), python_name, stored=name in stored)
            if name == SUBSCRIPTION:
                _bind_sources(kind, parts, resolvers)
        elif isinstance(kind, GraphQLInputObjectType):
            _bind_input(kind, classes.get(name), python_name)
        elif isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = type_resolver
    for part in parts:
        _bind_registered(schema, part)


def _bind_object(
    kind: GraphQLObjectType,
    resolvers: Mapping[tuple[str, str], Resolver],
    python_name: Naming,
) -> None:
    for name, field in kind.fields.items():
        field.resolve = resolvers.get((kind.name, name))
        for argument_name, argument in field.args.items():
            argument.out_name = python_name(argument_name)


def _bind_readers(
    kind: GraphQLObjectType, bound: type | None, python_name: Naming, *, stored: bool
) -> None:
    for name, field in kind.fields.items():
        if field.resolve is None:
            field.resolve = Reader(python_name(name), name, bound, stored=stored)


def _bind_sources(
    kind: GraphQLObjectType,
    parts: Sequence[Part],
    resolvers: Mapping[tuple[str, str], Resolver],
) -> None:
    for part in parts:
        for name, source in part.resolvers.sources:
            if name in kind.fields:
                kind.fields[name].subscribe = source
                kind.fields[name].resolve = resolvers.get((kind.name, name), _payload)


def _payload(payload: Any, _info: Any, **_arguments: Any) -> Any:
    return payload


def _bind_input(kind: GraphQLInputObjectType, bound: Build | None, python_name: Naming) -> None:
    for name, field in kind.fields.items():
        field.out_name = python_name(name)
    if bound is not None:
        kind.__dict__["out_type"] = _builder(bound)


def _builder(build: Build) -> Callable[[dict[str, Any]], Any]:
    return lambda values: build(**values)


def _bind_registered(schema: GraphQLSchema, part: Part) -> None:
    for name, scalar in part.resolvers.scalars.items():
        kind = schema.type_map.get(name)
        if isinstance(kind, GraphQLScalarType):
            kind.coerce_output_value = scalar.serialize
            kind.coerce_input_value = scalar.parse
    for name, values in part.resolvers.enums.items():
        kind = schema.type_map.get(name)
        if isinstance(kind, GraphQLEnumType):
            for key, value in kind.values.items():
                value.value = values[key]
    for name, resolver in part.resolvers.types.items():
        kind = schema.type_map.get(name)
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = resolver


class _TypeResolver:
    """Finds the object type of a value by its `__typename` or by the class it is bound to."""

    def __init__(self, schema: GraphQLSchema, classes: Mapping[str, type]) -> None:
        self._schema = schema
        self._names: dict[type, list[str]] = {}
        for name, bound in classes.items():
            self._names.setdefault(bound, []).append(name)

    def __call__(
        self, value: Any, _info: Any, abstract: GraphQLInterfaceType | GraphQLUnionType
    ) -> str | None:
        if isinstance(value, dict):
            name = value.get("__typename")
            return name if isinstance(name, str) else None
        possible = {kind.name for kind in self._schema.get_possible_types(abstract)}
        for base in class_of(value).__mro__:
            for name in self._names.get(base, ()):
                if name in possible:
                    return name
        return None
