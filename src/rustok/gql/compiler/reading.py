"""How a plain field is read: an attribute or a key, nothing that a resolver would have to do."""

from functools import lru_cache
from types import CoroutineType, NoneType
from typing import Any

from graphql.pyutils import UndefinedType


class Irregular(Exception):
    """A value is not what generated code expects; graphql-core looks at it with all its care."""


class Reader:
    """The resolver of a plain field: an attribute, or a dict's value under either name.

    `bound` is the class behind the parent type where there is one; `stored` says that its values
    may come as documents that are not decoded yet.
    """

    __slots__ = ("attribute", "bound", "key", "stored")

    def __init__(
        self, attribute: str, key: str, bound: type | None = None, *, stored: bool = False
    ) -> None:
        self.attribute = attribute
        self.key = key
        self.bound = bound
        self.stored = stored

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
        if not readable(source):
            raise Irregular
        self.source = source

    def __call__(self, name: str) -> Any:
        """The attribute; AttributeError where there is none."""
        return getattr(self.source, name)


def readable(source: Any) -> bool:
    """Whether fields may be read from the value's attributes, because it is nothing else."""
    return _is_readable(source.__class__)


@lru_cache(maxsize=4096)
def _is_readable(cls: type) -> bool:
    if cls is NoneType or cls is UndefinedType or issubclass(cls, Exception):
        return False
    defined = {name for base in cls.__mro__ for name in vars(base)}
    return defined.isdisjoint({"__await__", "__call__", "keys"})


def listed(value: Any) -> Any:
    """A tuple for the fast loop; anything else but a list is looked at with care."""
    if value.__class__ is tuple:
        return value
    raise Irregular


coroutine = CoroutineType
