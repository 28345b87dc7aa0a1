"""A composed schema, and its variants without the parts that somebody has switched off."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from cachetools import LRUCache
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    is_specified_scalar_type,
    lexicographic_sort_schema,
    print_schema,
)

from rustok.gql.directives import Rule, Weight

VARIANTS_KEPT = 32


class SchemaError(Exception):
    """The parts do not make a schema; `report` has a line for every reason."""

    def __init__(self, report: tuple[str, ...]) -> None:
        self.report = report
        lines = "\n".join(f"- {line}" for line in report)
        super().__init__(f"the schema has {len(report)} problem(s):\n{lines}")


class Schema:
    """What operations are checked and run against. Made by `compose`, never changed.

    `rules` and `weights` are by type and field, `owners` by type or `Type.field`. `version` is
    the same for the same definitions, in every process. `full` is the schema with every part.
    `guarded` are the fields of objects that say otherwise than the interface does, `live` those
    whose values may not be kept.
    """

    def __init__(
        self,
        *,
        core: GraphQLSchema,
        version: str,
        parts: frozenset[str],
        rules: Mapping[tuple[str, str], Rule],
        weights: Mapping[tuple[str, str], Weight],
        owners: Mapping[str, str],
        live: frozenset[tuple[str, str]] = frozenset(),
        full: "Schema | None" = None,
        variant: Callable[["Schema", frozenset[str]], "Schema"],
    ) -> None:
        self.core = core
        self.version = version
        self.parts = parts
        self.rules = rules
        self.weights = weights
        self.owners = owners
        self.live = live
        self.full = full or self
        self.guarded = _guarded(core, rules)
        self._variant = variant
        self._variants: LRUCache[frozenset[str], Schema] = LRUCache(VARIANTS_KEPT)

    def without(self, names: frozenset[str]) -> "Schema":
        """The schema without these parts; names it does not have mean nothing.

        Variants are kept, the last 32 used. Raises SchemaError when nothing to query is left.
        """
        off = names & self.parts
        if not off:
            return self
        known = self._variants.get(off)
        if known is None:
            known = self._variants[off] = self._variant(self, off)
        return known

    @cached_property
    def words(self) -> frozenset[str]:
        """All names that a valid document has, but for its own and those within free values."""
        return frozenset(_words(self.core))

    @cached_property
    def free(self) -> frozenset[str]:
        """The scalars that may be objects, and the arguments and entries that are of them."""
        return frozenset(_free(self.core))

    @property
    def sdl(self) -> str:
        """The schema as text, sorted, for a file that is compared."""
        return print_schema(lexicographic_sort_schema(self.core)) + "\n"


def _words(core: GraphQLSchema) -> Iterator[str]:
    yield from ("__typename", "__schema", "__type", "name", "true", "false", "null")
    for kind in core.type_map.values():
        yield kind.name
        if isinstance(kind, GraphQLEnumType):
            yield from kind.values
        elif isinstance(kind, GraphQLInterfaceType | GraphQLObjectType):
            yield from kind.fields
    for name, _ in _inputs(core):
        yield name


def _free(core: GraphQLSchema) -> Iterator[str]:
    for name, declared in _inputs(core):
        kind = get_named_type(declared.type)
        if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind):
            yield name
            yield kind.name


def _inputs(core: GraphQLSchema) -> Iterator[tuple[str, GraphQLArgument | GraphQLInputField]]:
    """Everything that takes a value, with its name."""
    for directive in core.directives:
        yield from directive.args.items()
    for kind in core.type_map.values():
        if isinstance(kind, GraphQLInterfaceType | GraphQLObjectType):
            for field in kind.fields.values():
                yield from field.args.items()
        elif isinstance(kind, GraphQLInputObjectType):
            yield from kind.fields.items()


def _guarded(
    core: GraphQLSchema, rules: Mapping[tuple[str, str], Rule]
) -> frozenset[tuple[str, str]]:
    return frozenset(
        (actual.name, field)
        for kind in core.type_map.values()
        if isinstance(kind, GraphQLInterfaceType)
        for actual in core.get_possible_types(kind)
        for field in kind.fields
        if rules.get((actual.name, field)) != rules.get((kind.name, field))
    )
