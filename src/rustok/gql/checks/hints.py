"""Reads annotations: what an attribute is, what a resolver returns, without the wrapping."""

import types
import typing
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, NewType, TypeVar, get_args, get_origin

import msgspec

UNKNOWN: Final = object()
"""Nothing says what it is."""

ABSENT: Final = object()
"""There is no such attribute."""

METHOD: Final = object()
"""The attribute is to be called."""

_AWAITED: Final = {Awaitable: 0, Coroutine: 2}
_STREAMS: Final = frozenset({AsyncIterator, AsyncIterable, AsyncGenerator})
_LISTS: Final = frozenset(
    {list, tuple, set, frozenset, Sequence, Collection, Iterable, Iterator, Generator, AbstractSet}
    | _STREAMS
)


class Description(msgspec.Struct, frozen=True):
    """A dictionary whose keys a class describes: `Annotated[dict[str, Any], ProductDocument]`."""

    by: type


def attribute(owner: Any, name: str) -> Any:
    """What an attribute of a class's instances holds, ABSENT, METHOD or UNKNOWN.

    Of `Edge[Product]`, the parameters of `Edge` are those given.
    """
    kind = get_origin(owner) or owner
    found = _annotations(kind).get(name, ABSENT)
    if found is not ABSENT:
        given = dict(zip(getattr(kind, "__parameters__", ()), get_args(owner), strict=False))
        return _filled(found, given)
    member = getattr(kind, name, ABSENT)
    if isinstance(member, property):
        return UNKNOWN if member.fget is None else returned(member.fget)
    if isinstance(member, cached_property):
        return returned(member.func)
    if member is ABSENT:
        return ABSENT
    return METHOD if callable(member) and not isinstance(member, type) else UNKNOWN


def _filled(hint: Any, given: dict[Any, Any]) -> Any:
    parameters = getattr(hint, "__parameters__", ())
    if isinstance(hint, TypeVar):
        return given.get(hint, hint)
    if not parameters or isinstance(hint, type):
        return hint
    return hint[tuple(given.get(parameter, parameter) for parameter in parameters)]


def returned(function: Callable[..., Any]) -> Any:
    """What a call gives once it is awaited, or UNKNOWN."""
    return awaited(_annotations(function).get("return", UNKNOWN))


def root(function: Callable[..., Any]) -> Any:
    """What a resolver takes as the object that its field is of, or UNKNOWN."""
    annotations = _annotations(function)
    return next((hint for name, hint in annotations.items() if name != "return"), UNKNOWN)


def awaited(hint: Any) -> Any:
    """What is inside of awaitables."""
    origin = get_origin(hint)
    if origin in _AWAITED or (isinstance(origin, type) and issubclass(origin, Awaitable)):
        arguments = get_args(hint)
        return awaited(arguments[_AWAITED.get(origin, 0)]) if arguments else UNKNOWN
    if isinstance(hint, type) and issubclass(hint, Awaitable):
        return UNKNOWN
    return hint


def alternatives(hint: Any) -> list[Any]:
    """The members of a union, of one and all, aliases resolved."""
    if isinstance(hint, NewType):
        return alternatives(hint.__supertype__)
    alias = getattr(hint, "__value__", None)
    if alias is not None and type(hint).__name__ == "TypeAliasType":
        return alternatives(alias)
    origin = get_origin(hint)
    if origin is Annotated:
        inner, *notes = get_args(hint)
        described = [note for note in notes if isinstance(note, type)]
        return [Description(described[0])] if described else alternatives(inner)
    if origin in {typing.Union, types.UnionType}:
        return [one for member in get_args(hint) for one in alternatives(member)]
    return [type(None) if hint is None else hint]


def items(hint: Any) -> list[Any] | None:
    """What a list's items may be; None where it is no list."""
    origin = get_origin(hint) or hint
    if origin not in _LISTS and not _is_sequence(origin):
        return None
    arguments = get_args(hint)
    if not arguments:
        return [UNKNOWN]
    if origin is tuple:
        return [one for one in arguments if one is not Ellipsis]
    return [arguments[0]]


def is_mapping(hint: Any) -> bool:
    """Whether it is some kind of dictionary."""
    origin = get_origin(hint) or hint
    return isinstance(origin, type) and issubclass(origin, Mapping)


def streamed(hint: Any) -> Any:
    """What a subscription's source yields, or UNKNOWN."""
    if get_origin(hint) in _STREAMS and get_args(hint):
        return get_args(hint)[0]
    return UNKNOWN


def shown(hint: Any) -> str:
    """The hint as people write it."""
    if isinstance(hint, Description):
        return hint.by.__name__
    if isinstance(hint, type) and not get_args(hint):
        return hint.__name__
    return str(hint).replace("typing.", "").replace("collections.abc.", "")


def _is_sequence(origin: Any) -> bool:
    return (
        isinstance(origin, type)
        and issubclass(origin, Sequence)
        and not issubclass(origin, str | bytes)
    )


@lru_cache(maxsize=2048)
def _annotations(owner: Any) -> dict[str, Any]:
    """Annotations with names resolved; none where a name is not there at run time."""
    try:
        return typing.get_type_hints(owner, include_extras=True)
    except (NameError, TypeError, AttributeError):
        return _as_written(owner)


def _as_written(owner: Any) -> dict[str, Any]:
    bases = reversed(owner.__mro__) if isinstance(owner, type) else [owner]
    return {name: UNKNOWN for base in bases for name in getattr(base, "__annotations__", {})}
