"""What is waited for, with the error that it may end in, in graphql-core's order and groups.

Errors come in the order in which things are awaited: it must be graphql-core's.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

from graphql import GraphQLOutputType, located_error
from graphql.pyutils import Path, gather_with_cancel

from rustok.gql.compiler.execution import Execution
from rustok.gql.compiler.reading import coroutine

Complete = Callable[[Execution, Any, Path, Any], Any]
"""From a value, with its path and the info of its field, to its part of the answer."""


async def awaited(
    execution: Execution,
    value: Awaitable[Any],
    complete: Complete,
    kind: GraphQLOutputType,
    nodes: list[Any],
    path: Path,
    info: Any,
) -> Any:
    """What becomes of an awaitable value once it is there."""
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


async def guarded(
    execution: Execution,
    completed: Awaitable[Any],
    kind: GraphQLOutputType,
    nodes: list[Any],
    path: Path,
) -> Any:
    """What is being completed, or None when its failure is noted."""
    try:
        return await completed
    except Exception as error:  # noqa: BLE001 - every failure of a field is in the answer
        execution.failed(error, kind, nodes, path)
        return None


async def located(iterator: AsyncIterator[Any], nodes: list[Any], path: Path) -> AsyncIterator[Any]:
    """The items of an asynchronous list; its failure is told as the field's."""
    try:
        async for item in iterator:
            yield item
    except Exception as error:
        raise located_error(error, nodes, path.as_list()) from error


async def closed(iterator: AsyncIterator[Any]) -> None:
    """End an asynchronous list that nobody reads to its end."""
    close = getattr(iterator, "aclose", None)
    if close is not None:
        with suppress(Exception):
            await close()


async def joined(items: list[Any], waiting: list[int]) -> list[Any]:
    """The items of a list, those that are waited for together."""
    if len(waiting) == 1:
        items[waiting[0]] = await items[waiting[0]]
    else:
        values = await gather_with_cancel(*(items[index] for index in waiting))
        for index, value in zip(waiting, values, strict=True):
            items[index] = value
    return items
