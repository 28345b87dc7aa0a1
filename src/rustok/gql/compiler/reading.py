"""How a plain field is read: an attribute or a key, nothing that a resolver would have to do."""

from types import CoroutineType
from typing import Any


class Irregular(Exception):
    """A value is not what generated code expects; graphql-core looks at it with all its care."""


class Reader:
    """The resolver of a plain field: an attribute, or a dict's value under either name.

    `bound` is the class behind the parent type where there is one.
    """

    __slots__ = ("attribute", "bound", "key")

    def __init__(self, attribute: str, key: str, bound: type | None = None) -> None:
        self.attribute = attribute
        self.key = key
        self.bound = bound

    def __call__(self, source: Any, _info: Any) -> Any:
        """Read the field as graphql-core calls resolvers."""
        if isinstance(source, dict):
            return source[self.attribute] if self.attribute in source else source.get(self.key)
        return getattr(source, self.attribute)


def either(source: Any, attribute: str, key: str) -> Any:
    """A field whose Python name differs from its GraphQL name, of a dict or an object."""
    if source.__class__ is dict:
        return source[attribute] if attribute in source else source.get(key)
    return getattr(source, attribute)


class Attributes:
    """Makes an object look like a dict's `get`. Raises Irregular for what cannot be a source."""

    __slots__ = ("source",)

    def __init__(self, source: Any) -> None:
        if source is None or isinstance(source, Exception) or hasattr(source, "__await__"):
            raise Irregular
        if hasattr(source, "keys") or callable(source):
            raise Irregular
        self.source = source

    def __call__(self, name: str) -> Any:
        """The attribute; AttributeError where there is none."""
        return getattr(self.source, name)


def listed(value: Any) -> Any:
    """A tuple for the fast loop; anything else but a list is looked at with care."""
    if value.__class__ is tuple:
        return value
    raise Irregular


coroutine = CoroutineType
