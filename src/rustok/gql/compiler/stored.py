"""Stored documents: kept as the JSON they are, decoded no further than an operation selects."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, Final, Protocol, TypeVar, Union, cast, get_args, get_origin

import msgspec
from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
)
from graphql.execution.collect_fields import FieldDetailsList
from msgspec.structs import FieldInfo

from rustok.gql.compiler.selection import Field

T = TypeVar("T")

EXACT: Final[Mapping[str, tuple[type, Any]]] = {
    "String": (str, str),
    "ID": (str, str),
    "Boolean": (bool, bool),
    "Float": (float, float),
    "Int": (int, Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]),
}


class Stored:
    """A document in JSON that behaves as its Struct: decoded when an attribute is read.

    Its own names begin so that they are most likely none of the Struct's.
    """

    __slots__ = ("stored_class", "stored_json", "stored_whole")

    def __init__(self, kind: type, json: str | bytes) -> None:
        self.stored_json = json
        self.stored_class = kind
        self.stored_whole: Any = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(whole(self), name)


def whole(document: Stored) -> Any:
    """The document as its Struct; raises msgspec.ValidationError when it is not one."""
    if document.stored_whole is None:
        document.stored_whole = _decoder(document.stored_class).decode(document.stored_json)
    return document.stored_whole


def class_of(value: Any) -> type:
    """The class of a value, of a stored document the one that it is of."""
    kind: type = value.stored_class if value.__class__ is Stored else type(value)
    return kind


def stored(kind: type[T], body: str | bytes) -> T:
    """A document of the class as resolvers return it, which is decoded no further than needed."""
    return cast("T", Stored(kind, body))


class Selected(Protocol):
    """What is selected from the objects in a document."""

    def __call__(self, kind: GraphQLObjectType, details: FieldDetailsList, /) -> Sequence[Field]:
        """The fields selected from an object of the type."""


class Excerpt(msgspec.Struct, frozen=True):
    """Decodes of a document what is selected.

    `complete` says that the result, encoded, is the answer: nothing is renamed, nothing coerced,
    and what may not be null cannot be.
    """

    decode: Callable[[str | bytes], Any]
    complete: bool


def excerpt(cls: type, fields: Sequence[Field], selected: Selected) -> Excerpt | None:
    """The excerpt of a class's documents, None where fields are not the class's own."""
    found = _struct(cls, fields, selected)
    if found is None:
        return None
    kind, complete = found
    return Excerpt(_decoder(kind).decode, complete)


def _struct(
    cls: type, fields: Sequence[Field], selected: Selected
) -> tuple[type[msgspec.Struct], bool] | None:
    known = _fields(cls)
    chosen: dict[str, Any] = {}
    complete = True
    for field in fields:
        if field.reader is None:
            complete = False
            continue
        name = field.reader.attribute
        info = known.get(name)
        if info is None:
            return None
        annotation, exact = _narrowed(field.definition.type, info.type, field.details, selected)
        if name in chosen:
            annotation, exact = info.type, False
        complete = complete and exact and info.encode_name == field.key and info.required
        chosen[name] = annotation
    return _made(cls, tuple(chosen.items())), complete


@lru_cache(maxsize=1024)
def _made(cls: type, chosen: tuple[tuple[str, Any], ...]) -> type[msgspec.Struct]:
    """One class for all operations that select alike."""
    known = _fields(cls)
    return msgspec.defstruct(
        cls.__name__,
        [(name, annotation, _default(known[name])) for name, annotation in chosen],
        rename={name: known[name].encode_name for name, _ in chosen},
        kw_only=True,
        frozen=True,
        gc=False,  # what comes out of JSON holds nothing that holds it
    )


def _default(info: FieldInfo) -> Any:
    if info.default_factory is not msgspec.NODEFAULT:
        return msgspec.field(default_factory=info.default_factory)
    return msgspec.field() if info.required else msgspec.field(default=info.default)


def _narrowed(
    kind: GraphQLOutputType, annotation: Any, details: FieldDetailsList, selected: Selected
) -> tuple[Any, bool]:
    """The annotation with no more in it than is selected, and whether it is the answer's type."""
    required = isinstance(kind, GraphQLNonNull)
    inner_kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    inner, nullable = _without_none(annotation)
    found, exact = _narrowed_value(inner_kind, inner, details, selected)
    return (found | None if nullable and not required else found), exact


def _narrowed_value(
    kind: Any, annotation: Any, details: FieldDetailsList, selected: Selected
) -> tuple[Any, bool]:
    if isinstance(kind, GraphQLScalarType):
        plain, exactly = EXACT.get(kind.name, (None, annotation))
        return (exactly, True) if annotation is plain else (annotation, False)
    if isinstance(kind, GraphQLList):
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is list or (origin is tuple and arguments[1:] == (...,)):
            item, exact = _narrowed(kind.of_type, arguments[0], details, selected)
            return GenericAlias(list, (item,)), exact
    elif isinstance(kind, GraphQLObjectType) and _is_struct(annotation):
        found = _struct(annotation, selected(kind, details), selected)
        if found is not None:
            return found
    return annotation, False


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in (Union, UnionType):
        return annotation, False
    kept = [item for item in get_args(annotation) if item is not NoneType]
    return (kept[0], True) if len(kept) == 1 else (annotation, False)


def _is_struct(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)


@lru_cache(maxsize=512)
def _fields(cls: type) -> Mapping[str, FieldInfo]:
    return {info.name: info for info in msgspec.structs.fields(cls)}


@lru_cache(maxsize=1024)
def _decoder(kind: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)
