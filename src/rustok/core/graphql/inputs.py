"""From a GraphQL input, as a dictionary in snake_case, to the Struct of a use case."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from msgspec.inspect import ListType, StructType, UnionType, VarTupleType, type_info

from rustok.core.errors import ValidationFailed
from rustok.core.validation import failed

S = TypeVar("S", bound=msgspec.Struct)


def read(kind: type[S], values: Mapping[str, Any]) -> S:
    """The Struct, checked; raises ValidationFailed with the path of what does not fit."""
    try:
        return msgspec.convert(_encoded(_info(kind), values), kind)
    except msgspec.ValidationError as error:
        raise failed(error) from None


def read_all(kind: type[S], values: Sequence[Mapping[str, Any]]) -> list[S]:
    """A Struct of each; raises ValidationFailed with the item's number first in the path."""
    found = []
    for number, item in enumerate(values):
        try:
            found.append(read(kind, item))
        except ValidationFailed as error:
            errors = [msgspec.structs.replace(e, path=(number, *e.path)) for e in error.errors]
            raise ValidationFailed(error.detail, errors=errors) from None
    return found


@lru_cache(maxsize=512)
def _info(kind: type[msgspec.Struct]) -> Any:
    return type_info(kind)


def _encoded(info: Any, value: Any) -> Any:
    """Names as the Struct spells them outside; keys of free-form JSON stay as they are."""
    if isinstance(info, UnionType):
        fitting = [
            one for one in info.types if isinstance(one, StructType | ListType | VarTupleType)
        ]
        return _encoded(fitting[0], value) if fitting else value
    if isinstance(info, StructType) and isinstance(value, Mapping):
        fields = {field.name: field for field in info.fields}
        return {
            fields[name].encode_name if name in fields else name: (
                _encoded(fields[name].type, item) if name in fields else item
            )
            for name, item in value.items()
        }
    if isinstance(info, ListType | VarTupleType) and isinstance(value, list):
        return [_encoded(info.item_type, item) for item in value]
    return value
