"""Fields that are resolved, and values that hold such fields: the way graphql-core takes them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    is_abstract_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import Path, is_awaitable

from rustok.gql.compiler.arguments import constant
from rustok.gql.compiler.awaiting import Complete, awaited, guarded
from rustok.gql.compiler.execution import Execution
from rustok.gql.compiler.lists import list_of
from rustok.gql.compiler.reading import coroutine
from rustok.gql.compiler.selection import Field, together

Read = Callable[[Any], Any]
Run = Callable[[Execution, Any, Path | None], Any]


class Shapes(Protocol):
    """Makes the functions for what is selected from a type."""

    def reader(self, field: Field) -> Read:
        """From a value of the field's type, all of it plain."""

    def group(self, fields: Sequence[Field]) -> Callable[[Any], dict[str, Any]]:
        """From an object to these plain fields of it."""

    def object(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Run:
        """From an object of the type."""

    def is_plain(self, kind: GraphQLOutputType, details: FieldDetailsList) -> bool:
        """Whether everything selected from a value of the type is read from it."""


def object_of(fields: Sequence[Field], shapes: Shapes) -> Run:
    """The function that runs the fields of one object.

    Plain fields that stand together are read at once, and again with care when one of them is not
    as expected.
    """
    steps: list[tuple[str, Any, tuple[Field, ...]]] = []
    for plain, group in together(fields):
        if plain:
            steps.append(("", shapes.group(group), group))
        else:
            steps.extend((field.key, runner(field, shapes), ()) for field in group)

    def run(execution: Execution, source: Any, path: Path | None) -> Any:
        answer: dict[str, Any] = {}
        waiting: list[str] = []
        try:
            for key, step, group in steps:
                if not group:
                    value = answer[key] = step(execution, source, path)
                    if value.__class__ is coroutine:
                        waiting.append(key)
                    continue
                try:
                    answer.update(step(source))
                except Exception:  # noqa: BLE001 - graphql-core finds out what it was
                    execution.read_again(answer, waiting, group, source, path)
        except Exception:
            execution.leave(answer, waiting)
            raise
        return execution.join(answer, waiting) if waiting else answer

    return run


def runner(field: Field, shapes: Shapes) -> Run:
    """The function that resolves a field and completes its value."""
    key, parent, kind, nodes = field.key, field.parent.name, field.definition.type, field.nodes
    resolve, coordinate = field.resolve, field.coordinate
    known = constant(field.definition, field.nodes[0])
    complete = completion(field, shapes)

    def run(execution: Execution, source: Any, path: Path | None) -> Any:
        here = Path(path, key, parent)
        info = execution.info(field, here)
        try:
            if field.guarded and coordinate in execution.denied:
                assert execution.refuse is not None
                raise execution.refuse(coordinate, nodes[0])
            arguments = execution.arguments(field) if known is None else known.values
            value = resolve(source, info, **arguments)
            if is_awaitable(value):
                return awaited(execution, value, complete, kind, nodes, here, info)
            completed = complete(execution, value, here, info)
            if completed.__class__ is coroutine:
                return guarded(execution, completed, kind, nodes, here)
        except Exception as error:  # noqa: BLE001 - every failure of a field is in the answer
            execution.failed(error, kind, nodes, here)
            return None
        return completed

    return run


def completion(field: Field, shapes: Shapes) -> Complete:
    """The function from a field's value to its part of the answer."""
    kind = field.definition.type
    if not shapes.is_plain(kind, field.details):
        return _completion(kind, field, shapes)
    read = shapes.reader(field)
    details = field.details

    def complete(execution: Execution, value: Any, path: Path, info: Any) -> Any:
        try:
            return read(value)
        except Exception:  # noqa: BLE001 - graphql-core finds out what it was
            executor = execution.with_care()
        return executor.complete_value(kind, details, info, path, value, None)

    return complete


def _completion(kind: GraphQLOutputType, field: Field, shapes: Shapes) -> Complete:
    if isinstance(kind, GraphQLNonNull):
        return _not_null(_completion(kind.of_type, field, shapes))
    if isinstance(kind, GraphQLList):
        return _nullable(list_of(kind, field, _completion(kind.of_type, field, shapes)))
    if isinstance(kind, GraphQLObjectType):
        return _nullable(_object(kind, field, shapes))
    assert is_abstract_type(kind)
    return _nullable(_abstract(kind, field, shapes))


def _not_null(inner: Complete) -> Complete:
    def complete(execution: Execution, value: Any, path: Path, info: Any) -> Any:
        completed = inner(execution, value, path, info)
        if completed is None:
            raise TypeError(
                f"Cannot return null for non-nullable field {info.parent_type}.{info.field_name}."
            )
        return completed

    return complete


def _nullable(inner: Complete) -> Complete:
    def complete(execution: Execution, value: Any, path: Path, info: Any) -> Any:
        if isinstance(value, Exception):
            raise value
        if value is None or value is Undefined:
            return None
        return inner(execution, value, path, info)

    return complete


def _object(kind: GraphQLObjectType, field: Field, shapes: Shapes) -> Complete:
    run = shapes.object(kind, field.details)
    if kind.is_type_of is None:
        return lambda execution, value, path, _info: run(execution, value, path)
    is_type_of, details = kind.is_type_of, field.details

    def complete(execution: Execution, value: Any, path: Path, info: Any) -> Any:
        fits = is_type_of(value, info)
        if is_awaitable(fits):
            return when_known(execution, fits, value, path)
        if not fits:
            raise invalid_return_type_error(kind, value, details)
        return run(execution, value, path)

    async def when_known(
        execution: Execution, fits: Awaitable[bool], value: Any, path: Path
    ) -> Any:
        if not await fits:
            raise invalid_return_type_error(kind, value, details)
        completed = run(execution, value, path)
        return await completed if completed.__class__ is coroutine else completed

    return complete


def _abstract(kind: Any, field: Field, shapes: Shapes) -> Complete:
    """A branch for each type that a value turns out to have, made when the first one comes."""
    branches: dict[str, Complete] = {}
    details = field.details

    def branch(execution: Execution, name: Any, value: Any, info: Any) -> Complete:
        known = branches.get(name) if name.__class__ is str else None
        if known is None:
            actual = execution.executor.ensure_valid_runtime_type(name, kind, details, info, value)
            known = branches[actual.name] = _object(actual, field, shapes)
        return known

    def complete(execution: Execution, value: Any, path: Path, info: Any) -> Any:
        resolve_type = kind.resolve_type or execution.type_resolver
        name = resolve_type(value, info, kind)
        if is_awaitable(name):
            return when_known(execution, name, value, path, info)
        return branch(execution, name, value, info)(execution, value, path, info)

    async def when_known(
        execution: Execution, name: Awaitable[Any], value: Any, path: Path, info: Any
    ) -> Any:
        found = branch(execution, await name, value, info)
        completed = found(execution, value, path, info)
        return await completed if completed.__class__ is coroutine else completed

    return complete
