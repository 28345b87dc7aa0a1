"""Documents that are valid against a schema, nearly always; the rest is left out by validation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    GraphQLField,
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    is_composite_type,
    is_required_argument,
    is_type_sub_type_of,
    parse,
    validate,
)

from tests.gql.oracle.choices import Choices
from tests.gql.oracle.inputs import external, innermost, literal, wrong
from tests.gql.oracle.introspection import introspection

DEEPEST = 5
MOST_FIELDS = 16
AWKWARD = (
    "class None True def async lambda import get source value path answer item listed readable"
    " isfinite either Stored Irregular Attributes String_or_null read_class T0 print self info _"
).split()
"""Names that mean something in Python, or that generated code may use itself."""


class Declared(msgspec.Struct, frozen=True):
    """A variable of a document: its type as text and as such, and its default's literal."""

    name: str
    type: Any
    default: str | None

    def __str__(self) -> str:
        default = "" if self.default is None else f" = {self.default}"
        return f"${self.name}: {self.type}{default}"


class Operation(msgspec.Struct, frozen=True):
    """An operation to run: its name, its root type, and the variables it declares."""

    name: str | None
    root: GraphQLObjectType
    variables: tuple[Declared, ...]


class Document(msgspec.Struct, frozen=True, eq=False):
    """A document with its operations; `node` is parsed from `text`."""

    text: str
    node: DocumentNode
    operations: tuple[Operation, ...]


class Scope(msgspec.Struct):
    """What an operation or a fragment uses, itself and by the fragments it spreads."""

    text: str = ""
    uses: dict[str, Declared] = msgspec.field(default_factory=dict)
    spreads: dict[str, None] = msgspec.field(default_factory=dict)


def some_document(choices: Choices, schema: GraphQLSchema) -> Document | None:
    """A document, or None where what came out of it is not valid."""
    writer = _Writer(choices, schema)
    text, operations = writer.document()
    node = parse(text)
    return None if validate(schema, node) else Document(text, node, operations)


def some_variables(choices: Choices, operation: Operation, *, mistakes: bool) -> dict[str, Any]:
    """Values for an operation's variables; with `mistakes` at least one is most likely wrong."""
    values: dict[str, Any] = {}
    declared = operation.variables
    mistaken = choices.pick(declared).name if mistakes and declared else None
    for variable in declared:
        if variable.name == mistaken:
            if not choices.chance(20):
                values[variable.name] = wrong(choices, variable.type)
            continue
        optional = variable.default is not None or not isinstance(variable.type, GraphQLNonNull)
        if not (optional and choices.chance(25)):
            values[variable.name] = external(choices, variable.type)
    if choices.chance(5):
        values["unheard"] = "of"
    return values


class _Writer:
    """Writes text; fragments are made where they are first spread."""

    def __init__(self, choices: Choices, schema: GraphQLSchema) -> None:
        self.choices = choices
        self.schema = schema
        self.composites = [
            kind
            for name, kind in schema.type_map.items()
            if is_composite_type(kind) and not name.startswith("__")
        ]
        self.fragments: dict[str, tuple[Any, Scope]] = {}
        self.variables: list[Declared] = []
        self.plain: dict[str, str] = {}
        self.awkward = list(AWKWARD)
        self.scope = Scope()
        self.left = MOST_FIELDS
        self.numbers = iter(range(10_000))

    def document(self) -> tuple[str, tuple[Operation, ...]]:
        choices = self.choices
        count = 2 if choices.chance(20) else 1
        named = count > 1 or choices.chance(50)
        operations: list[Operation] = []
        texts: list[str] = []
        for number in range(count):
            root = choices.weighted(self._roots())
            self.scope = Scope()
            if root is self.schema.subscription_type:
                selections = f"{{ {self._only_field(root)} }}"
            else:
                selections = self._selections(root, 1)
            declared = tuple(self._declared(self.scope).values())
            name = f"Op{number}" if named else None
            operations.append(Operation(name, root, declared))
            texts.append(_headline(root, name, declared) + selections)
        fragments = [scope.text for _, scope in self.fragments.values()]
        parts = fragments + texts if choices.chance(30) else texts + fragments
        return "\n".join(parts), tuple(operations)

    def _roots(self) -> list[tuple[int, GraphQLObjectType]]:
        """What an operation may begin with."""
        schema = self.schema
        roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
        return [
            (weight, root)
            for weight, root in zip((6, 4, 2), roots, strict=True)
            if root is not None
        ]

    def _only_field(self, kind: GraphQLObjectType) -> str:
        """One field of a subscription, which may have no more, and none that may be left out."""
        name = self.choices.pick(list(kind.fields))
        field = kind.fields[name]
        inner = innermost(field.type)
        selected = f" {self._selections(inner, 2)}" if is_composite_type(inner) else ""
        return f"{self._head(name, field)}{selected}"

    def _declared(self, scope: Scope) -> dict[str, Declared]:
        """The variables that a scope needs, the fragments it spreads included."""
        found = dict(scope.uses)
        pending = list(scope.spreads)
        seen = set(pending)
        while pending:
            inner = self.fragments[pending.pop()][1]
            found.update(inner.uses)
            pending += [name for name in inner.spreads if name not in seen]
            seen.update(inner.spreads)
        return found

    def _selections(self, kind: Any, depth: int) -> str:
        """A selection set of a composite type, with its braces."""
        heads: list[tuple[str, GraphQLField]] = []
        count = 1 + self.choices.below(5 if depth < 3 else 3)
        lines = [self._selection(kind, depth, heads) for _ in range(count)]
        margin = "  " * depth
        return "{\n" + "".join(f"{margin}{line}\n" for line in lines) + "  " * (depth - 1) + "}"

    def _selection(self, kind: Any, depth: int, heads: list[tuple[str, GraphQLField]]) -> str:
        choices = self.choices
        self.left -= 1
        roll = choices.below(100)
        if depth < DEEPEST and self.left > 0:
            if roll >= 88:
                return self._inline(kind, depth)
            if roll >= 79:
                return self._spread(kind, depth)
            if roll >= 70 and heads:
                return self._again(choices.pick(heads), depth)
            if roll >= 66 and kind is self.schema.query_type:
                return introspection(choices, self.composites, next(self.numbers))
        fields = self._selectable(kind, depth)
        if not fields or roll < 6:
            alias = f"{self._alias()}: " if choices.chance(20) else ""
            return f"{alias}__typename{self._directives()}"
        name = choices.pick(fields)
        field = kind.fields[name]
        head = self._head(name, field)
        heads.append((head, field))
        return self._field(head, field, depth)

    def _selectable(self, kind: Any, depth: int) -> list[str]:
        fields: Mapping[str, GraphQLField] = getattr(kind, "fields", {})
        deep = depth >= DEEPEST or self.left <= 0
        return [
            name
            for name, field in fields.items()
            if not (deep and is_composite_type(innermost(field.type)))
        ]

    def _head(self, name: str, field: GraphQLField) -> str:
        arguments = self._arguments(field)
        if self.choices.chance(25) or self.plain.setdefault(name, arguments) != arguments:
            return f"{self._alias()}: {name}{arguments}"
        return f"{name}{arguments}"

    def _alias(self) -> str:
        """A name that this document has not had yet."""
        if self.choices.chance(15) and self.awkward:
            return self.awkward.pop(self.choices.below(len(self.awkward)))
        return f"a{next(self.numbers)}"

    def _field(self, head: str, field: GraphQLField, depth: int) -> str:
        kind = innermost(field.type)
        inner = f" {self._selections(kind, depth + 1)}" if is_composite_type(kind) else ""
        return f"{head}{self._directives()}{inner}"

    def _again(self, head: tuple[str, GraphQLField], depth: int) -> str:
        """The same field once more, to be merged with the first."""
        return self._field(*head, depth)

    def _inline(self, kind: Any, depth: int) -> str:
        inner = kind if self.choices.chance(25) else self.choices.pick(self._overlapping(kind))
        on = "" if inner is kind and self.choices.chance(50) else f" on {inner.name}"
        return f"...{on}{self._directives()} {self._selections(inner, depth + 1)}"

    def _spread(self, kind: Any, depth: int) -> str:
        overlapping = self._overlapping(kind)
        known = [name for name, (on, _) in self.fragments.items() if on in overlapping]
        if known and self.choices.chance(50):
            name = self.choices.pick(known)
        else:
            name = self._fragment(self.choices.pick(overlapping), depth)
        self.scope.spreads[name] = None
        return f"...{name}{self._directives()}"

    def _fragment(self, kind: Any, depth: int) -> str:
        name = f"F{next(self.numbers)}"
        outer, self.scope = self.scope, Scope()
        selections = self._selections(kind, max(depth, DEEPEST - 2))
        self.scope.text = f"fragment {name} on {kind.name} {selections}"
        self.fragments[name] = (kind, self.scope)
        self.scope = outer
        return name

    def _overlapping(self, kind: Any) -> list[Any]:
        """The composite types that share an object type with this one; itself first."""
        possible = set(self._possible(kind))
        others = [
            other
            for other in self.composites
            if other is not kind and possible.intersection(self._possible(other))
        ]
        return [kind, *others]

    def _possible(self, kind: Any) -> Sequence[GraphQLObjectType]:
        if isinstance(kind, GraphQLObjectType):
            return (kind,)
        return self.schema.get_possible_types(kind)

    def _arguments(self, field: GraphQLField) -> str:
        given = []
        for name, argument in field.args.items():
            if is_required_argument(argument) or self.choices.chance(55):
                has_default = argument.default is not None
                given.append(f"{name}: {self._argument(argument.type, has_default)}")
        return f"({', '.join(given)})" if given else ""

    def _argument(self, kind: GraphQLInputType, has_default: bool) -> str:
        if self.choices.chance(40):
            return self._variable(kind, has_default, False)
        return literal(self.choices, kind, self._variable)

    def _directives(self) -> str:
        return "".join(self._conditions())

    def _conditions(self) -> Iterator[str]:
        for name, usual in (("skip", "false"), ("include", "true")):
            if self.choices.chance(9):
                unusual = "true" if usual == "false" else "false"
                value = self.choices.pick([usual, unusual, "$"])
                yield f" @{name}(if: {self._condition() if value == '$' else value})"

    def _condition(self) -> str:
        kind = self.schema.type_map["Boolean"]
        if self.choices.chance(70):
            return self._use(GraphQLNonNull(kind), None)
        return self._use(kind, self.choices.pick(["true", "false"]))

    def _variable(self, kind: GraphQLInputType, has_default: bool, one_of: bool) -> str:
        """A variable for a position of this type, a new one or one that fits."""
        if not one_of and self.choices.chance(30):
            for known in self.variables:
                if self._fits(known, kind, has_default):
                    self.scope.uses[known.name] = known
                    return f"${known.name}"
        if one_of or not isinstance(kind, GraphQLNonNull):
            stricter = one_of or self.choices.chance(25)
            strict: Any = kind if isinstance(kind, GraphQLNonNull) else GraphQLNonNull(kind)
            default = literal(self.choices, kind) if self.choices.chance(30) else None
            if stricter:
                return self._use(strict, None)
            return self._use(kind, default)
        if has_default and self.choices.chance(50):
            return self._use(kind.of_type, None)
        if self.choices.chance(30):
            return self._use(kind.of_type, literal(self.choices, kind))
        return self._use(kind, literal(self.choices, kind) if self.choices.chance(20) else None)

    def _fits(self, known: Declared, kind: Any, has_default: bool) -> bool:
        if isinstance(kind, GraphQLNonNull) and not isinstance(known.type, GraphQLNonNull):
            if not has_default and known.default in (None, "null"):
                return False
            kind = kind.of_type
        return is_type_sub_type_of(self.schema, known.type, kind)

    def _use(self, kind: Any, default: str | None) -> str:
        declared = Declared(f"v{next(self.numbers)}", kind, default)
        self.variables.append(declared)
        self.scope.uses[declared.name] = declared
        return f"${declared.name}"


def _headline(root: GraphQLObjectType, name: str | None, declared: Sequence[Declared]) -> str:
    """How an operation begins; the types of operations are called as they are."""
    kind = root.name.lower()
    if kind == "query" and name is None and not declared:
        return ""
    variables = f"({', '.join(map(str, declared))})" if declared else ""
    return f"{kind} {name or ''}{variables} "
