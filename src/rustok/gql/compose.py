"""Makes one schema of many parts, or one report of everything that is wrong with them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    ObjectTypeExtensionNode,
    Source,
    build_ast_schema,
    parse,
    validate_schema,
)
from graphql.validation.validate import validate_sdl

from rustok.gql import cacheability, declarations, directives, pruning
from rustok.gql.binding import bind
from rustok.gql.checks import problems
from rustok.gql.declarations import ROOTS, Owned
from rustok.gql.naming import Naming, snake_case
from rustok.gql.resolvers import Part
from rustok.gql.schema import Schema, SchemaError

SHARED: Final = "(shared)"


def compose(parts: Iterable[Part], *, python_name: Naming = snake_case) -> Schema:
    """Join the parts: each says `extend type Query` and `extend type Mutation` for its own fields.

    `python_name` turns a GraphQL name into the attribute, key or parameter behind it. Raises
    SchemaError with every problem of every part.
    """
    return _Composition(tuple(parts), python_name).schema()


class _Composition:
    def __init__(self, parts: Sequence[Part], python_name: Naming) -> None:
        self.parts = parts
        self.python_name = python_name
        self.report: list[str] = []
        self.definitions = list(self._definitions())

    def _definitions(self) -> Iterator[Owned]:
        for name, count in Counter(part.name for part in self.parts).items():
            if count > 1:
                self.report.append(f"{name}: {count} parts have this name")
        owned = [item for part in self.parts for item in self._read(part)]
        extended = {n.name.value for _, n in owned if isinstance(n, ObjectTypeExtensionNode)}
        roots = "".join(f"type {name} " for name in ROOTS if name in extended)
        for node in parse(Source(directives.SDL + roots, SHARED)).definitions:
            yield SHARED, node
        yield from owned

    def _read(self, part: Part) -> Iterator[Owned]:
        if not part.sdl.strip():
            return
        try:
            document = parse(Source(part.sdl, part.name))
        except GraphQLError as error:
            self.report.append(_line(error))
            return
        for node in document.definitions:
            yield part.name, node

    def schema(self) -> Schema:
        types = declarations.declare(self.definitions)
        document = DocumentNode(definitions=tuple(node for _, node in self.definitions))
        invalid = validate_sdl(document)
        self.report.extend(map(_line, invalid))
        self.report.extend(problems(self.parts, types, self.python_name))
        if not invalid:
            core = build_ast_schema(document, assume_valid_sdl=True)
            self.report.extend(map(_line, validate_schema(core)))
        if self.report:
            raise SchemaError(tuple(self.report))
        return self._finish(core, self.definitions, None, frozenset())

    def variant(self, full: Schema, off: frozenset[str]) -> Schema:
        definitions = pruning.without(self.definitions, off)
        document = DocumentNode(definitions=tuple(node for _, node in definitions))
        core = build_ast_schema(document, assume_valid_sdl=True)
        invalid = validate_schema(core)
        if invalid:
            raise SchemaError(tuple(map(_line, invalid)))
        return self._finish(core, definitions, full, off)

    def _finish(
        self,
        core: GraphQLSchema,
        definitions: Sequence[Owned],
        full: Schema | None,
        off: frozenset[str],
    ) -> Schema:
        bind(core, self.parts, self.python_name)
        types = declarations.declare(definitions)
        rules = declarations.rules(types)
        texts = [f"{part.name}\0{part.sdl}" for part in self.parts] + sorted(off)
        return Schema(
            core=core,
            version=sha256("\0".join(texts).encode()).hexdigest(),
            parts=frozenset(part.name for part in self.parts),
            rules=rules,
            weights=declarations.weights(types),
            owners=declarations.owners(types),
            live=cacheability.live(core, rules, cacheability.declared(types)),
            full=full,
            variant=self.variant,
        )


def _line(error: GraphQLError) -> str:
    places = [
        f"{node.loc.source.name}:{node.loc.start_token.line}"
        for node in error.nodes or ()
        if node.loc
    ]
    if not places and error.source and error.locations:
        places = [f"{error.source.name}:{error.locations[0].line}"]
    return f"{', '.join(dict.fromkeys(places)) or 'schema'}: {error.message}"
