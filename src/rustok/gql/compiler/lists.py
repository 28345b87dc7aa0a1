"""Lists that hold resolved fields."""

from typing import Any

from graphql import GraphQLError, GraphQLList
from graphql.execution.executor import collect_iterator_awaitables
from graphql.pyutils import Path, is_awaitable, is_iterable
from graphql.pyutils.is_awaitable import is_async_iterable

from rustok.gql.compiler.awaiting import Complete, awaited, closed, guarded, joined, located
from rustok.gql.compiler.execution import Execution
from rustok.gql.compiler.reading import coroutine
from rustok.gql.compiler.selection import Field


def list_of(kind: GraphQLList[Any], field: Field, complete_item: Complete) -> Complete:
    """The function that completes the items of a list, a generator or an async one."""
    one = _item(kind.of_type, field, complete_item)

    def complete(execution: Execution, value: Any, path: Path, info: Any) -> Any:
        if value.__class__ is not list:
            if is_async_iterable(value):
                return _asynchronously(execution, value, one, field.nodes, path, info)
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
        return joined(items, waiting) if waiting else items

    return complete


def _item(item_type: Any, field: Field, complete_item: Complete) -> Complete:
    nodes = field.nodes

    def one(execution: Execution, item: Any, path: Path, info: Any) -> Any:
        try:
            if is_awaitable(item):
                return awaited(execution, item, complete_item, item_type, nodes, path, info)
            completed = complete_item(execution, item, path, info)
            if completed.__class__ is coroutine:
                return guarded(execution, completed, item_type, nodes, path)
        except Exception as error:  # noqa: BLE001 - every failure of an item is in the answer
            execution.failed(error, item_type, nodes, path)
            return None
        return completed

    return one


async def _asynchronously(
    execution: Execution, value: Any, one: Complete, nodes: list[Any], path: Path, info: Any
) -> Any:
    items: list[Any] = []
    waiting: list[int] = []
    iterator = aiter(value)
    try:
        async for item in located(iterator, nodes, path):
            index = len(items)
            completed = one(execution, item, Path(path, index, None), info)
            items.append(completed)
            if completed.__class__ is coroutine:
                waiting.append(index)
    except Exception:
        await closed(iterator)
        if waiting:
            execution.settle([items[index] for index in waiting])
        raise
    return await joined(items, waiting) if waiting else items
