"""Every field has a resolver, or an attribute behind it, and either fits its type."""

from collections.abc import Mapping
from typing import Any

from graphql import FieldDefinitionNode

from rustok.gql.checks import hints
from rustok.gql.checks.findings import Findings
from rustok.gql.checks.fit import Fit, Place
from rustok.gql.checks.hints import ABSENT, METHOD, UNKNOWN
from rustok.gql.checks.registered import Registered
from rustok.gql.declarations import ROOTS, SUBSCRIPTION, Declared, selectable
from rustok.gql.naming import Naming
from rustok.gql.resolvers import Resolver


def findings(
    registered: Registered, types: Mapping[str, Declared], python_name: Naming
) -> Findings:
    """Compare every field of every object type; types without a class by the classes met there."""
    return _Comparison(registered, types, python_name).findings


class _Comparison:
    def __init__(
        self, registered: Registered, types: Mapping[str, Declared], python_name: Naming
    ) -> None:
        self.registered = registered
        self.types = types
        self.python_name = python_name
        self.findings = Findings()
        self.fit = Fit(registered, dict(types), self.findings)
        for declared, name, field in selectable(types):
            if declared.kind == "object_type":
                self.field(declared, name, field)
        self.descriptions()
        for declared, name, _ in selectable(types):
            if declared.kind == "object_type":
                self.leftover(declared, name)

    def field(self, declared: Declared, name: str, field: FieldDefinitionNode) -> None:
        where = f"{declared.owners[name]}: field {declared.name}.{name}"
        resolver = self.registered.resolvers.get((declared.name, name))
        bound = self.registered.classes.get(declared.name)
        if declared.name == SUBSCRIPTION:
            self.subscribed(declared, name, field, where)
        elif resolver is not None:
            self.resolved(declared, name, field, resolver)
        elif declared.name in ROOTS:
            self.findings.problem(f"{where} has no resolver")
        elif field.arguments:
            self.findings.problem(f"{where} has arguments, but no resolver")
        elif bound is not None:
            self.plain(declared, name, field, bound)

    def resolved(
        self, declared: Declared, name: str, field: FieldDefinitionNode, resolver: Resolver
    ) -> None:
        place = self.place(declared, name, "what its resolver returns")
        self.takes_root(declared, place, resolver)
        hint = hints.returned(resolver)
        if hint is UNKNOWN:
            self.findings.unchecked(place.coordinate, "its resolver does not say what it returns")
            return
        self.findings.checked(place.coordinate)
        self.fit.check(place, field.type, hint)

    def subscribed(
        self, declared: Declared, name: str, field: FieldDefinitionNode, where: str
    ) -> None:
        source = self.registered.sources.get(name)
        if source is None:
            self.findings.problem(f"{where} has no source of events")
            return
        resolver = self.registered.resolvers.get((declared.name, name))
        if resolver is not None:
            self.resolved(declared, name, field, resolver)
            return
        place = self.place(declared, name, "what its source yields")
        hint = hints.streamed(hints.returned(source))
        if hint is UNKNOWN:
            self.findings.unchecked(place.coordinate, "its source does not say what it yields")
            return
        self.findings.checked(place.coordinate)
        self.fit.check(place, field.type, hint)

    def takes_root(self, declared: Declared, place: Place, resolver: Resolver) -> None:
        bound = self.registered.classes.get(declared.name)
        taken = hints.root(resolver)
        if bound is None or declared.name in ROOTS or taken is Any or not isinstance(taken, type):
            return
        if not (issubclass(bound, taken) or issubclass(taken, bound)):
            self.findings.problem(
                f"{place.field} is of {bound.__name__}, but its resolver takes {taken.__name__}"
            )

    def plain(self, declared: Declared, name: str, field: FieldDefinitionNode, kind: Any) -> None:
        attribute = self.python_name(name)
        place = self.place(declared, name, f"{hints.shown(kind)}.{attribute}")
        hint = hints.attribute(kind, attribute)
        if hint is ABSENT:
            lacking = f"{hints.shown(kind)} has no attribute {attribute}"
            self.findings.problem(f"{place.field} has no resolver, and {lacking}")
        elif hint is METHOD:
            self.findings.problem(f"{place.field} is a value, but {place.source} is a method")
        else:
            self.findings.checked(place.coordinate)
            self.fit.check(place, field.type, hint)

    def descriptions(self) -> None:
        """Each class that stands behind a type without being bound to it, until no more appear."""
        done: set[tuple[str, Any]] = set()
        while pending := [one for one in self.fit.described if one not in done]:
            for name, kind in pending:
                done.add((name, kind))
                self.description(self.types[name], kind)

    def description(self, declared: Declared, kind: Any) -> None:
        for name, field in declared.fields.items():
            resolved = (declared.name, name) in self.registered.resolvers
            if not resolved and not field.arguments:
                self.plain(declared, name, field, kind)

    def leftover(self, declared: Declared, name: str) -> None:
        coordinate = f"{declared.name}.{name}"
        if declared.name in ROOTS or (declared.name, name) in self.registered.resolvers:
            return
        described = any(one[0] == declared.name for one in self.fit.described)
        if declared.name not in self.registered.classes and not described:
            self.findings.unchecked(coordinate, f"no class is known of {declared.name}")

    def place(self, declared: Declared, name: str, source: str) -> Place:
        return Place(declared.owners[name], f"{declared.name}.{name}", source)
