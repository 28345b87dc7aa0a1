"""Whether what Python holds can be what the schema promises."""

from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal, TypeVar, get_args, get_origin
from uuid import UUID

import msgspec
from graphql import ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode, print_ast

from rustok.gql.checks import hints
from rustok.gql.checks.findings import Findings
from rustok.gql.checks.hints import UNKNOWN, Description, alternatives, shown
from rustok.gql.checks.registered import Registered
from rustok.gql.declarations import COMPOSITE, Declared

SCALARS: Final[dict[str, tuple[type, ...]]] = {
    "Int": (int,),
    "Float": (int, float, Decimal),
    "String": (str,),
    "Boolean": (bool,),
    "ID": (str, int, UUID),
}
ABSENCES: Final = (type(None), msgspec.UnsetType)
ANYTHING: Final = (Any, object, UNKNOWN)


class Place(msgspec.Struct, frozen=True):
    """Where it is checked: the field as `Type.name`, its part, and what stands behind it."""

    owner: str
    coordinate: str
    source: str

    @property
    def field(self) -> str:
        """The beginning of a sentence about the field."""
        return f"{self.owner}: field {self.coordinate}"


class Fit:
    """Compares a field's type with a hint; what classes must fit besides is kept in `described`."""

    def __init__(
        self, registered: Registered, types: dict[str, Declared], findings: Findings
    ) -> None:
        self._registered = registered
        self._types = types
        self._findings = findings
        self.described: dict[tuple[str, Any], None] = {}

    def check(self, place: Place, node: TypeNode, hint: Any) -> None:
        """Add to the findings whatever of the hint does not fit."""
        nullable = not isinstance(node, NonNullTypeNode)
        inner = node.type if isinstance(node, NonNullTypeNode) else node
        for one in alternatives(hint):
            if one in ABSENCES:
                if not nullable:
                    self._may_be_missing(place, node, one)
            elif isinstance(one, TypeVar) or one in ANYTHING:
                self._findings.unchecked(place.coordinate, f"{place.source} may be anything")
            elif isinstance(inner, ListTypeNode):
                self._list(place, inner, one)
            else:
                assert isinstance(inner, NamedTypeNode)
                self._named(place, inner.name.value, one)

    def _may_be_missing(self, place: Place, node: TypeNode, absence: Any) -> None:
        what = "None" if absence is type(None) else "UNSET"
        self._findings.problem(
            f"{place.field} is {print_ast(node)}, but {place.source} may be {what}"
        )

    def _list(self, place: Place, node: ListTypeNode, hint: Any) -> None:
        members = hints.items(hint)
        if members is None:
            self._differs(place, "a list", hint)
            return
        inside = place.source
        if not inside.startswith("an item of "):
            inside = f"an item of {inside}"
        for member in members:
            self.check(msgspec.structs.replace(place, source=inside), node.type, member)

    def _named(self, place: Place, name: str, hint: Any) -> None:
        declared = self._types.get(name)
        if name in SCALARS:
            self._scalar(place, name, SCALARS[name], hint)
        elif declared is None:
            return  # the schema itself is wrong, and somebody else says so
        elif declared.kind == "scalar_type":
            self._custom(place, name, hint)
        elif hints.items(hint) is not None:
            self._differs(place, f"{name}, which is no list", hint)
        elif declared.kind == "enum_type":
            self._enum(place, declared, hint)
        elif declared.kind in COMPOSITE:
            self._composite(place, declared, hint)

    def _scalar(self, place: Place, name: str, kinds: tuple[type, ...], hint: Any) -> None:
        values = get_args(hint) if get_origin(hint) is Literal else ()
        for kind in {type(value) for value in values} or {hint}:
            if hints.items(kind) is not None:
                self._differs(place, f"{name}, which is no list", hint)
            elif not _is_one(kind, kinds):
                self._differs(place, name, hint)

    def _custom(self, place: Place, name: str, hint: Any) -> None:
        scalar = self._registered.scalars.get(name)
        taken = UNKNOWN if scalar is None else hints.root(scalar.serialize)
        if taken is UNKNOWN:
            reason = f"the serializer of {name} does not say what it takes"
            self._findings.unchecked(place.coordinate, reason)
            return
        kinds = alternatives(taken)
        if not any(kind in ANYTHING for kind in kinds) and not _is_one(hint, tuple(kinds)):
            self._differs(place, name, hint)

    def _enum(self, place: Place, declared: Declared, hint: Any) -> None:
        values = list(
            self._registered.enums.get(declared.name, {v: v for v in declared.values}).values()
        )
        if get_origin(hint) is Literal:
            wrong = [value for value in get_args(hint) if value not in values]
        elif isinstance(hint, type) and issubclass(hint, Enum):
            wrong = [member for member in hint if member not in values]
        elif any(_is_one(type(value), (hint,)) for value in values):
            reason = f"{place.source} may be any {shown(hint)}"
            self._findings.unchecked(place.coordinate, reason)
            return
        else:
            self._differs(place, declared.name, hint)
            return
        for value in wrong:
            self._findings.problem(
                f"{place.field} is {declared.name}, but {place.source} may be {value!r}"
            )

    def _composite(self, place: Place, declared: Declared, hint: Any) -> None:
        if isinstance(hint, Description):
            self._describe(declared, hint.by)
        elif hints.is_mapping(hint):
            self._findings.unchecked(place.coordinate, f"{place.source} is a dictionary")
        elif not isinstance(get_origin(hint) or hint, type):
            self._findings.unchecked(place.coordinate, f"{place.source} is {shown(hint)}")
        else:
            self._instance(place, declared, hint)

    def _instance(self, place: Place, declared: Declared, hint: Any) -> None:
        """An object by its class: a bound one's, or one that must then fit as if it were."""
        kind: type = get_origin(hint) or hint
        possible = self._possible(declared)
        bound = [self._registered.classes[n] for n in possible if n in self._registered.classes]
        if any(issubclass(kind, one) or issubclass(one, kind) for one in bound):
            return
        if kind.__module__ == "builtins":
            self._differs(place, declared.name, hint)
        elif declared.kind == "object_type":
            self._describe(declared, hint)
        elif len(bound) == len(possible):
            self._differs(place, declared.name, hint)
        else:
            reason = f"{place.source} is {shown(hint)}, and not every {declared.name} is bound"
            self._findings.unchecked(place.coordinate, reason)

    def _describe(self, declared: Declared, hint: Any) -> None:
        if declared.kind == "object_type":
            self.described.setdefault((declared.name, hint))

    def _possible(self, declared: Declared) -> list[str]:
        if declared.kind == "object_type":
            return [declared.name]
        if declared.kind == "union_type":
            return declared.members
        return [one.name for one in self._types.values() if declared.name in one.abstract]

    def _differs(self, place: Place, promised: str, hint: Any) -> None:
        self._findings.problem(f"{place.field} is {promised}, but {place.source} is {shown(hint)}")


def _is_one(hint: Any, kinds: tuple[Any, ...]) -> bool:
    """Whether a class is among others; no bool is an int, which JSON tells apart."""
    if hint is bool:
        return bool in kinds
    return hint in kinds or (
        isinstance(hint, type)
        and any(isinstance(kind, type) and issubclass(hint, kind) for kind in kinds)
    )
