"""Resolvers, type resolvers and type checks of generated schemas; the world is the context."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.gql.oracle.worlds import Promise, World, kind_of, unwrap


def resolve(_source: Any, info: Any, **arguments: Any) -> Any:
    world: World = info.context
    return unwrap(world.answer(info, arguments))


async def resolve_later(_source: Any, info: Any, **arguments: Any) -> Any:
    world: World = info.context
    return await world.later(world.answer(info, arguments), _key(info))


def resolve_promise(_source: Any, info: Any, **arguments: Any) -> Any:
    """Answer at once with an object that can be awaited."""
    world: World = info.context
    return Promise(world, world.answer(info, arguments), _key(info))


def resolve_future(_source: Any, info: Any, **arguments: Any) -> Any:
    """Answer with a task that runs already, as a loader does."""
    world: World = info.context
    return asyncio.ensure_future(world.later(world.answer(info, arguments), _key(info)))


def resolve_either(source: Any, info: Any, **arguments: Any) -> Any:
    """Answer at once in some places and later in others."""
    chosen = resolve_later if len(info.path.as_list()) % 2 else resolve
    return chosen(source, info, **arguments)


RESOLVERS: dict[str, Callable[..., Any] | None] = {
    "plain": None,
    "sync": resolve,
    "async": resolve_later,
    "promise": resolve_promise,
    "future": resolve_future,
    "either": resolve_either,
}


def resolve_type(value: Any, _info: Any, _kind: Any) -> Any:
    return kind_of(value)


async def resolve_type_later(value: Any, info: Any, kind: Any) -> Any:
    world: World = info.context
    await world.gate(f"{_key(info)} is which {kind.name}")
    return kind_of(value)


TYPE_RESOLVERS: dict[str, Callable[..., Any] | None] = {
    "default": None,
    "sync": resolve_type,
    "async": resolve_type_later,
}


def type_check(name: str, style: str) -> Callable[..., Any] | None:
    """A predicate that tells values of an object type, at once or later, or none."""

    def is_type_of(value: Any, _info: Any) -> bool:
        return bool(kind_of(value) == name)

    async def is_type_of_later(value: Any, info: Any) -> bool:
        world: World = info.context
        await world.gate(f"{_key(info)} is {name}")
        return bool(kind_of(value) == name)

    return {"none": None, "sync": is_type_of, "async": is_type_of_later}[style]


def _key(info: Any) -> str:
    return ".".join(map(str, info.path.as_list()))
