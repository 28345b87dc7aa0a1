"""What resolvers answer in one execution: the same for a seed and a path, whoever executes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from zlib import crc32

import msgspec
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    is_abstract_type,
)

from tests.gql.oracle.choices import Choices, Fixed
from tests.gql.oracle.failures import BAD_KINDS, Raise, some_error
from tests.gql.oracle.inputs import innermost
from tests.gql.oracle.scalars import RESOLVED, UNFIT

STYLE = "style"
"""Where a field says, among its extensions, how it is resolved."""
ATTRIBUTE = "attribute"
"""Where a field says what it is called in Python, if it is read from its source."""
DEEPEST = 2
"""How far sources hold sources."""


class Terms(msgspec.Struct, frozen=True):
    """How a world goes: `trouble` of a thousand values are none the field can take."""

    seed: int
    trouble: int
    gated: bool


class World:
    """The context of one execution. It remembers which resolvers were called.

    Where it is `gated`, nothing that is awaited is done before `release` lets it, one at a time
    and in an order of the seed's, so that the order of events does not hang on the event loop.
    """

    def __init__(self, schema: GraphQLSchema, terms: Terms) -> None:
        self.schema = schema
        self.terms = terms
        self.asynchronous: bool = schema.extensions["asynchronous"]
        self.records: Mapping[str, type] = schema.extensions["records"]
        self.bound: frozenset[str] = schema.extensions["bound"]
        self.calls: list[str] = []
        self._gates: list[tuple[int, str, asyncio.Future[None]]] = []

    def root(self, kind: GraphQLObjectType) -> Any:
        """The root value of an operation."""
        return self._source(kind, kind.name, self._choices(kind.name), depth=0)

    def answer(self, info: Any, arguments: Mapping[str, Any]) -> Any:
        """What a resolver returns or raises, as a value."""
        key = ".".join(map(str, info.path.as_list()))
        where = f"{info.path.typename} {info.parent_type}.{info.field_name}: {info.return_type}"
        nodes = [node.loc.start for node in info.field_nodes]
        knows = (len(info.fragments), info.operation.loc.start, info.variable_values.coerced)
        self.calls.append(f"{key} {arguments!r} {where} {nodes} {knows}")
        return self.outcome(info.return_type, key)

    def outcome(self, kind: Any, key: str, depth: int = 0) -> Any:
        return self._value(kind, key, self._choices(key), depth)

    async def later(self, outcome: Any, key: str) -> Any:
        """Hand over an outcome as soon as the gate opens."""
        await self.gate(key)
        return unwrap(outcome)

    async def gate(self, key: str) -> None:
        """Wait until it is this key's turn."""
        if self.terms.gated:
            future = asyncio.get_running_loop().create_future()
            self._gates.append((crc32(key.encode(), self.terms.seed), key, future))
            await future

    def release(self) -> bool:
        """Open one gate; False where nobody waits."""
        self._gates = [gate for gate in self._gates if not gate[2].done()]
        if not self._gates:
            return False
        chosen = min(self._gates, key=lambda gate: gate[:2])
        self._gates.remove(chosen)
        chosen[2].set_result(None)
        return True

    def _choices(self, key: str) -> Choices:
        return Fixed(self.terms.seed, key)

    def _value(self, kind: Any, key: str, choices: Choices, depth: int) -> Any:
        if choices.below(1000) < self.terms.trouble:
            return self._misfit(kind, key, choices, depth)
        if isinstance(kind, GraphQLNonNull):
            return self._fit(kind.of_type, key, choices, depth)
        return None if choices.chance(5) else self._fit(kind, key, choices, depth)

    def _fit(self, kind: Any, key: str, choices: Choices, depth: int) -> Any:
        if isinstance(kind, GraphQLList):
            return self._list(kind.of_type, key, choices, depth)
        if isinstance(kind, GraphQLEnumType):
            return choices.pick([value.value for value in kind.values.values()])
        if isinstance(kind, GraphQLObjectType):
            return self._source(kind, key, choices, depth)
        if is_abstract_type(kind):
            possible = choices.pick(self.schema.get_possible_types(kind))
            return self._source(possible, key, choices, depth)
        return choices.pick(RESOLVED[kind.name])

    def _misfit(self, kind: Any, key: str, choices: Choices, depth: int) -> Any:
        match choices.below(12):
            case 0 | 1 | 2 | 3:
                return Raise(some_error(choices, key))
            case 4 | 5:
                return some_error(choices, key)
            case 6 | 7:
                return None
            case 8:
                return Undefined
            case _:
                return self._unfit(kind, key, choices, depth)

    def _unfit(self, kind: Any, key: str, choices: Choices, depth: int) -> Any:
        kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(kind, GraphQLList):
            return choices.pick([7, "text", {"a": 1}, True, b"bytes"])
        if isinstance(kind, GraphQLEnumType):
            return choices.pick(["PURPLE", ["r", 2], 99, {}])
        if isinstance(kind, GraphQLObjectType) or is_abstract_type(kind):
            if choices.chance(20):
                return choices.pick([7, "text", [1]])
            possible: Any = kind
            if is_abstract_type(kind):
                possible = choices.pick(self.schema.get_possible_types(kind))
            return self._source(possible, key, choices, depth, says=choices.pick(BAD_KINDS))
        return choices.pick(UNFIT[kind.name])

    def _list(self, kind: Any, key: str, choices: Choices, depth: int) -> Any:
        count = choices.weighted(((2, 2), (2, 1), (1, 3), (1, 0)))
        items = []
        for number in range(count):
            place = f"{key}.{number}"
            item = self._value(kind, place, choices, depth)
            if self.asynchronous and choices.chance(15):
                once = depth == 0 and choices.chance(50)
                item = self.later(item, place) if once else Promise(self, item, place)
            items.append(item)
        return self._contained(items, key, choices, depth)

    def _contained(self, items: list[Any], key: str, choices: Choices, depth: int) -> Any:
        """The items as a list, or as something else to iterate over.

        What can be read only once is not held by a source, of which fields are read again.
        """
        form = choices.below(20)
        if depth == 0 and form == 19 and self.asynchronous:
            stream = self._stream(items, key)
            return stream if choices.chance(60) else Endless(stream)
        if depth == 0 and (form == 18 or (form == 17 and not self.asynchronous)):
            return _generated(items)
        items = [item.error if isinstance(item, Raise) else item for item in items]
        if form == 16:
            return tuple(items)
        return dict(enumerate(items)).values() if form == 15 else items

    async def _stream(self, items: Sequence[Any], key: str) -> AsyncIterator[Any]:
        for number, item in enumerate(items):
            await self.gate(f"{key}[{number}]")
            yield unwrap(item)

    def _source(
        self, kind: GraphQLObjectType, key: str, choices: Choices, depth: int, says: Any = ...
    ) -> Any:
        says = kind.name if says is ... else says
        form = 0 if kind.name in self.bound and choices.chance(80) else choices.below(3)
        if form == 2:
            return Lazy(self, kind, key, says)
        values = {
            field.extensions[ATTRIBUTE] if form == 0 or choices.chance(50) else name: self._held(
                field, f"{key}/{name}", choices, depth
            )
            for name, field in kind.fields.items()
            if ATTRIBUTE in field.extensions and not choices.chance(4)
        }
        if form == 0:
            return self.records[kind.name](kind_=says, **values)
        values = {self.schema.extensions["says"]: says, **values}
        return MappingProxyType(values) if choices.chance(8) else values

    def _held(self, field: GraphQLField, key: str, choices: Choices, depth: int) -> Any:
        """The value of a field as its source holds it; only graphql-core's resolver calls one."""
        kind = innermost(field.type)
        deep = (hasattr(kind, "fields") or is_abstract_type(kind)) and depth > 0
        if field.extensions[STYLE] == "plain" and (deep or choices.chance(8)):
            return self._method(later=self.asynchronous and choices.chance(30))
        if deep and depth > DEEPEST:
            return None
        value = self._value(field.type, key, choices, depth + 1)
        if isinstance(value, Raise):
            return value.error
        if self.asynchronous and choices.chance(4):
            return Promise(self, value, key)
        return value

    def _method(self, *, later: bool) -> Callable[..., Any]:
        def method(info: Any, **arguments: Any) -> Any:
            return unwrap(self.answer(info, arguments))

        async def slow(info: Any, **arguments: Any) -> Any:
            outcome = self.answer(info, arguments)
            return await self.later(outcome, f"{info.path.as_list()}")

        return slow if later else method


class Promise:
    """An outcome that can be awaited and is no coroutine."""

    def __init__(self, world: World, outcome: Any, key: str) -> None:
        self._later = (world, outcome, key)

    def __await__(self) -> Iterator[Any]:
        world, outcome, key = self._later
        return world.later(outcome, key).__await__()


class Endless:
    """An asynchronous iterator that cannot be closed."""

    def __init__(self, stream: AsyncIterator[Any]) -> None:
        self._stream = stream

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    def __anext__(self) -> Awaitable[Any]:
        return self._stream.__anext__()


class Lazy:
    """An object that finds its values, or fails to, when they are read."""

    def __init__(self, world: World, kind: GraphQLObjectType, key: str, says: Any) -> None:
        self._read = (world, kind, key)
        self._says = says

    def __getattr__(self, name: str) -> Any:
        world, kind, key = self._read
        if name == "_Lazy__typename" and world.schema.extensions["says"] == "__typename":
            return self._says
        for field_name, field in kind.fields.items():
            if field.extensions.get(ATTRIBUTE) == name:
                return unwrap(world.outcome(field.type, f"{key}/{field_name}", 1))
        raise AttributeError(name)

    def __repr__(self) -> str:
        return f"<Lazy {self._says}>"


def unwrap(outcome: Any) -> Any:
    """Return an outcome, or raise what is to be raised."""
    if isinstance(outcome, Raise):
        raise outcome.error
    return outcome


def kind_of(value: Any) -> Any:
    """What a value says its type is called. Raises ValueError where it says so."""
    if isinstance(value, Mapping):
        says = value.get("__typename", value.get("kind_"))
    else:
        says = value._says if isinstance(value, Lazy) else getattr(value, "kind_", None)
    if says == "Raise":
        raise ValueError("nobody knows its type")
    return says


def _generated(items: Sequence[Any]) -> Iterator[Any]:
    for item in items:
        yield unwrap(item)
