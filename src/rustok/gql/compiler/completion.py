"""Fields that are resolved, and values that hold such fields: the way graphql-core takes them.

Whatever is awaited is awaited in the same order and the same groups as graphql-core does, so that
errors come in the same order too.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from graphql import (
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    is_abstract_type,
    located_error,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.executor import collect_iterator_awaitables, invalid_return_type_error
from graphql.pyutils import Path, gather_with_cancel, is_awaitable, is_iterable
from graphql.pyutils.is_awaitable import is_async_iterable

from rustok.gql.compiler.arguments import constant
from rustok.gql.compiler.execution import Execution
from rustok.gql.compiler.reading import coroutine
from rustok.gql.compiler.selection import Field, together

Read = Callable[[Any], Any]
Run = Callable[[Execution, Any, Path | None], Any]
Complete = Callable[[Execution, Any, Path, Any], Any]


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
                return _awaited(execution, value, complete, kind, nodes, here, info)
            completed = complete(execution, value, here, info)
            if completed.__class__ is coroutine:
                return _guarded(execution, completed, kind, nodes, here)
        except Exception as error:  # noqa: BLE001 - every failure of a field is in the answer
            execution.failed(error, kind, nodes, here)
            return None
        return completed

    return run


async def _awaited(
    execution: Execution,
    value: Awaitable[Any],
    complete: Complete,
    kind: GraphQLOutputType,
    nodes: list[Any],
    path: Path,
    info: Any,
) -> Any:
    try:
        if execution.observer is None:
            found = await value
        else:
            with execution.observer.resolving(info):
                found = await value
        completed = complete(execution, found, path, info)
        if completed.__class__ is coroutine:
            completed = await completed
    except Exception as error:  # noqa: BLE001 - every failure of a field is in the answer
        execution.failed(error, kind, nodes, path)
        return None
    return completed


async def _guarded(
    execution: Execution,
    completed: Awaitable[Any],
    kind: GraphQLOutputType,
    nodes: list[Any],
    path: Path,
) -> Any:
    try:
        return await completed
    except Exception as error:  # noqa: BLE001 - every failure of a field is in the answer
        execution.failed(error, kind, nodes, path)
        return None


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
        return _nullable(_list(kind, field, _completion(kind.of_type, field, shapes)))
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


def _list(kind: GraphQLList[Any], field: Field, complete_item: Complete) -> Complete:
    item_type, nodes = kind.of_type, field.nodes

    def one(execution: Execution, item: Any, path: Path, info: Any) -> Any:
        try:
            if is_awaitable(item):
                return _awaited(execution, item, complete_item, item_type, nodes, path, info)
            completed = complete_item(execution, item, path, info)
            if completed.__class__ is coroutine:
                return _guarded(execution, completed, item_type, nodes, path)
        except Exception as error:  # noqa: BLE001 - every failure of an item is in the answer
            execution.failed(error, item_type, nodes, path)
            return None
        return completed

    def complete(execution: Execution, value: Any, path: Path, info: Any) -> Any:
        if value.__class__ is not list:
            if is_async_iterable(value):
                return complete_async(execution, value, path, info)
            if not is_iterable(value):
                raise GraphQLError(
                    "Expected Iterable, but did not find one for field"
                    f" '{info.parent_type}.{info.field_name}'."
                )
        items: list[Any] = []
        waiting: list[int] = []
        iterator = iter(value)
        try:
            for item in iterator:
                index = len(items)
                completed = one(execution, item, Path(path, index, None), info)
                items.append(completed)
                if completed.__class__ is coroutine:
                    waiting.append(index)
        except Exception:
            left = [items[index] for index in waiting]
            left.extend(collect_iterator_awaitables(iterator, is_awaitable))
            if left:
                execution.settle(left)
            raise
        return _joined(items, waiting) if waiting else items

    async def complete_async(execution: Execution, value: Any, path: Path, info: Any) -> Any:
        items: list[Any] = []
        waiting: list[int] = []
        iterator = aiter(value)
        try:
            async for item in _located(iterator, nodes, path):
                index = len(items)
                completed = one(execution, item, Path(path, index, None), info)
                items.append(completed)
                if completed.__class__ is coroutine:
                    waiting.append(index)
        except Exception:
            await _closed(iterator)
            if waiting:
                execution.settle([items[index] for index in waiting])
            raise
        return await _joined(items, waiting) if waiting else items

    return complete


async def _located(
    iterator: AsyncIterator[Any], nodes: list[Any], path: Path
) -> AsyncIterator[Any]:
    try:
        async for item in iterator:
            yield item
    except Exception as error:
        raise located_error(error, nodes, path.as_list()) from error


async def _closed(iterator: AsyncIterator[Any]) -> None:
    close = getattr(iterator, "aclose", None)
    if close is not None:
        with suppress(Exception):
            await close()


async def _joined(items: list[Any], waiting: list[int]) -> list[Any]:
    if len(waiting) == 1:
        items[waiting[0]] = await items[waiting[0]]
    else:
        values = await gather_with_cancel(*(items[index] for index in waiting))
        for index, value in zip(waiting, values, strict=True):
            items[index] = value
    return items
