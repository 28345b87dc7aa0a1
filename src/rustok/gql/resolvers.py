"""What a module registers: resolvers, the classes behind its types, scalars and enums."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Protocol, TypeVar

import msgspec

Resolver = Callable[..., Any]
TypeResolver = Callable[..., str | None]
F = TypeVar("F", bound=Callable[..., Any])


class Info(Protocol):
    """What a resolver may know of the request: its context, and where in the answer it stands."""

    @property
    def context(self) -> Any:
        """The value given to `Engine.execute`."""

    @property
    def field_name(self) -> str:
        """The name of the field being resolved."""


class Scalar(msgspec.Struct, frozen=True, kw_only=True):
    """How a scalar leaves and enters: `parse` raises ValueError or TypeError on a bad input."""

    serialize: Callable[[Any], Any]
    parse: Callable[[Any], Any]


class Resolvers:
    """The registry of one schema part: filled at import, read once at composition."""

    def __init__(self) -> None:
        self.fields: list[tuple[str, str, Resolver]] = []
        self.sources: list[tuple[str, Resolver]] = []
        self.types: dict[str, TypeResolver] = {}
        self.bindings: dict[str, type] = {}
        self.stored: set[str] = set()
        self.scalars: dict[str, Scalar] = {}
        self.enums: dict[str, Mapping[str, Any]] = {}

    def field(self, type_name: str, field_name: str) -> Callable[[F], F]:
        """Register `(root, info, **arguments) -> value`, sync or async, as a field's resolver."""

        def register(resolver: F) -> F:
            self.fields.append((type_name, field_name, resolver))
            return resolver

        return register

    def subscription(self, field_name: str) -> Callable[[F], F]:
        """Register `(root, info, **arguments) -> AsyncIterator[payload]` as a field's source.

        The field is one of Subscription. What its source yields is the root that its own resolver
        answers from; without one it is the answer.
        """

        def register(source: F) -> F:
            self.sources.append((field_name, source))
            return source

        return register

    def type_of(self, type_name: str) -> Callable[[F], F]:
        """Register `(value, info, abstract_type) -> name` for an interface or a union.

        Without one a value's type is its `__typename` key, or the type its class is bound to.
        """

        def register(resolver: F) -> F:
            self.types[type_name] = resolver
            return resolver

        return register

    def bind(self, type_name: str, python_type: type, *, stored: bool = False) -> None:
        """Say which class is behind an object type (read from) or an input type (built).

        `stored` says that resolvers return its objects by `stored(python_type, json)`, so that no
        more of a document is decoded than an operation selects.
        """
        self.bindings[type_name] = python_type
        if stored:
            self.stored.add(type_name)

    def scalar(
        self,
        type_name: str,
        *,
        serialize: Callable[[Any], Any],
        parse: Callable[[Any], Any],
    ) -> None:
        """Implement a scalar that some part declares."""
        self.scalars[type_name] = Scalar(serialize=serialize, parse=parse)

    def enum(self, type_name: str, values: type[Enum] | Mapping[str, Any]) -> None:
        """Map the names of an enum to Python values; by default they are the names themselves."""
        self.enums[type_name] = (
            dict(values.__members__.items()) if isinstance(values, type) else dict(values)
        )


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One module's share of a schema."""

    name: str
    sdl: str
    resolvers: Resolvers = msgspec.field(default_factory=Resolvers)
