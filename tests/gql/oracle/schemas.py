"""Schemas: a pool of fields, interfaces and objects that share them, and unions."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)

from rustok.gql.compiler import Reader
from tests.gql.oracle.choices import Choices
from tests.gql.oracle.enums import some_enum
from tests.gql.oracle.inputs import some_arguments, some_inputs, wrapped
from tests.gql.oracle.resolving import RESOLVERS, TYPE_RESOLVERS, type_check
from tests.gql.oracle.scalars import some_scalars
from tests.gql.oracle.worlds import ATTRIBUTE, STYLE

Member = GraphQLObjectType | GraphQLInterfaceType

SYNC_STYLES = ((4, "plain"), (4, "read"), (4, "sync"))
ASYNC_STYLES = (
    (3, "plain"),
    (3, "read"),
    (3, "sync"),
    (4, "async"),
    (1, "promise"),
    (1, "future"),
    (2, "either"),
)


def some_schema(choices: Choices) -> GraphQLSchema:
    """A valid schema with resolvers; its extensions say what a world has to know of it."""
    return _Builder(choices).schema()


class _Builder:
    """Makes types by name first and their fields once all are known."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.asynchronous = choices.chance(65)
        self.named = choices.chance(50)
        self.leaves: list[Any] = [
            *some_scalars(choices),
            *(some_enum(choices, number) for number in range(choices.below(3))),
        ]
        self.inputs = some_inputs(choices, self.leaves)
        self.fields: dict[str, dict[str, GraphQLField]] = {}
        self.interfaces: list[GraphQLInterfaceType] = []
        self.objects: list[GraphQLObjectType] = []
        self.bound: set[str] = set()
        self.unions: list[GraphQLUnionType] = []

    def schema(self) -> GraphQLSchema:
        choices = self.choices
        for number in range(choices.below(4)):
            self._add_interface(f"I{number}")
        for number in range(1 + choices.below(4)):
            self._add_object(f"T{number}", self._parents(50))
        self._implement_the_rest()
        for number in range(choices.below(3)):
            self._add_union(f"U{number}")
        query = self._object("Query", ())
        mutation = self._object("Mutation", ()) if choices.chance(40) else None
        subscription = self._object("Subscription", ()) if choices.chance(25) else None
        roots = [root for root in (query, mutation, subscription) if root is not None]
        self._fill(roots)
        schema = GraphQLSchema(
            query,
            mutation,
            subscription,
            types=[*self.objects, *self.interfaces, *self.unions],
            extensions={
                "asynchronous": self.asynchronous,
                "says": "__typename" if self.named else "kind_",
            },
        )
        everything = (*self.objects, *roots)
        schema.extensions["records"] = {kind.name: self._record(kind) for kind in everything}
        schema.extensions["bound"] = frozenset(self.bound)
        return schema

    def _parents(self, percent: int) -> list[GraphQLInterfaceType]:
        """Some interfaces and all that these implement."""
        chosen = self.choices.some(self.interfaces, percent)
        wanted = {id(parent) for kind in chosen for parent in (kind, *kind.interfaces)}
        return [kind for kind in self.interfaces if id(kind) in wanted]

    def _add_interface(self, name: str) -> None:
        parents = self._parents(35)
        self.fields[name] = {}
        style = self._type_style()
        self.interfaces.append(
            GraphQLInterfaceType(
                name,
                lambda: self.fields[name],
                interfaces=parents,
                resolve_type=TYPE_RESOLVERS[style],
                description=f"Interface {name}." if self.choices.chance(20) else None,
            )
        )

    def _add_object(self, name: str, parents: Sequence[GraphQLInterfaceType]) -> None:
        self.objects.append(self._object(name, parents))

    def _object(self, name: str, parents: Sequence[GraphQLInterfaceType]) -> GraphQLObjectType:
        self.fields[name] = {}
        options = ((3, "none"), (2, "sync"), (1, "async" if self.asynchronous else "none"))
        style = self.choices.weighted(options)
        if style == "none" and not self.named:
            style = "sync"
        return GraphQLObjectType(
            name,
            lambda: self.fields[name],
            interfaces=list(parents),
            is_type_of=type_check(name, style),
        )

    def _implement_the_rest(self) -> None:
        """Give every interface an object, so that a value of it can be found."""
        done = {id(parent) for kind in self.objects for parent in kind.interfaces}
        for interface in self.interfaces:
            if id(interface) not in done:
                parents = [*interface.interfaces, interface]
                done.update(map(id, parents))
                self._add_object(f"T{len(self.objects)}", parents)

    def _add_union(self, name: str) -> None:
        members = self.choices.some(self.objects, 60) or self.objects[:1]
        style = self._type_style()
        self.unions.append(
            GraphQLUnionType(name, members, resolve_type=TYPE_RESOLVERS[style], description="One.")
        )

    def _type_style(self) -> str:
        later = "async" if self.asynchronous else "sync"
        return self.choices.weighted(((2, "default"), (2, "sync"), (1, later)))

    def _fill(self, roots: Sequence[GraphQLObjectType]) -> None:
        """Give every type its fields, from a pool of which each name has one type."""
        composite = [*self.objects, *self.interfaces, *self.unions]
        pool = [
            self._pooled(composite if self.choices.chance(40) else self.leaves)
            for _ in range(6 + self.choices.below(6))
        ]
        for kind in self.interfaces:
            self._inherit(kind)
            self._own(kind.name, self._pooled, prefix=kind.name.lower())
        for thing in self.objects:
            self._inherit(thing)
            for number in [n for n in range(len(pool)) if self.choices.chance(45)] or [0]:
                self._add_field(thing.name, f"f{number}", pool[number]())
        for root in roots:
            self._own(root.name, self._pooled, prefix="q", most=5)
            self._add_field(root.name, "any", self._pooled(composite)())

    def _own(
        self,
        name: str,
        pooled: Callable[..., Callable[[], GraphQLField]],
        prefix: str,
        most: int = 2,
    ) -> None:
        composite = [*self.objects, *self.interfaces, *self.unions]
        for number in range(1 + self.choices.below(most)):
            kinds = composite if self.choices.chance(50) else self.leaves
            self._add_field(name, f"{prefix}_{number}", pooled(kinds)())

    def _inherit(self, kind: Member) -> None:
        for parent in kind.interfaces:
            for name, field in self.fields[parent.name].items():
                self._add_field(kind.name, name, self._narrowed(kind, field))

    def _narrowed(self, kind: Member, field: GraphQLField) -> GraphQLField:
        """The same field, on objects sometimes with a type that is never null."""
        result: Any = field.type
        narrow = isinstance(kind, GraphQLObjectType) and self.choices.chance(15)
        if narrow and not isinstance(result, GraphQLNonNull):
            result = GraphQLNonNull(result)
        return GraphQLField(result, args=field.args, description=field.description)

    def _pooled(self, kinds: Sequence[Any]) -> Callable[[], GraphQLField]:
        """A maker of fields of one type, each of which is then resolved in its own way."""
        result = wrapped(self.choices, self.choices.pick(kinds))
        arguments = some_arguments(self.choices, [*self.leaves, *self.inputs, *self.inputs])
        reason = "Old." if self.choices.chance(5) else None
        return lambda: GraphQLField(result, args=arguments, deprecation_reason=reason)

    def _add_field(self, name: str, field_name: str, field: GraphQLField) -> None:
        style = self.choices.weighted(ASYNC_STYLES if self.asynchronous else SYNC_STYLES)
        if style == "read" and field.args:
            style = "plain"
        field.extensions = {STYLE: style}
        if style == "read":
            attribute = f"py_{field_name}" if self.choices.chance(40) else field_name
            field.extensions[ATTRIBUTE] = attribute
            field.resolve = Reader(attribute, field_name)
        else:
            field.resolve = RESOLVERS[style]
            if style == "plain":
                field.extensions[ATTRIBUTE] = field_name
        self.fields[name][field_name] = field

    def _record(self, kind: GraphQLObjectType) -> type:
        """A Struct for the values of a type's fields, to which the type may then be bound."""
        name = f"{kind.name}Record"
        held = [field for field in kind.fields.values() if ATTRIBUTE in field.extensions]
        namespace = {f"_{name}__typename": property(_says)} if self.named else {}
        fields: list[Any] = [("kind_", Any)]
        fields += [(field.extensions[ATTRIBUTE], Any, None) for field in held]
        record = msgspec.defstruct(name, fields, namespace=namespace)
        if self.choices.chance(50):
            self.bound.add(kind.name)
            for field in held:
                if isinstance(field.resolve, Reader):
                    field.resolve.bound = record
        return record


def _says(record: Any) -> Any:
    return record.kind_
