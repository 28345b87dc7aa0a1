"""Documents, parsed, measured and validated once, then kept by schema and hash."""

from collections.abc import Mapping
from hashlib import sha256

import msgspec
from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)

from rustok.gql.disabled import uses_of_disabled
from rustok.gql.errors import (
    PARSE_FAILED,
    UNKNOWN_OPERATION,
    VALIDATION_FAILED,
    Problem,
    Refused,
    from_library,
)
from rustok.gql.limits import Limits, exceeded, too_complex
from rustok.gql.preparation import Prepared
from rustok.gql.schema import Schema
from rustok.gql.shape import Shape, measure

Digest = bytes


class Document(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A valid document; `prepared` keeps what was found out about its operations, by name."""

    node: DocumentNode
    shape: Shape
    operations: Mapping[str, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    prepared: dict[str, Prepared]

    def operation(self, schema: Schema, name: str | None) -> Prepared:
        """The operation to run. Raises Refused when the name does not single one out."""
        if name is None and len(self.operations) == 1:
            (name,) = self.operations
        elif not name:
            name = None
        known = self.prepared.get(name) if name is not None else None
        if known is not None:
            return known
        found = self.operations.get(name) if name is not None else None
        if found is None:
            message = (
                f'Unknown operation named "{name}".'
                if name
                else "operationName is needed: the document has several operations."
            )
            raise Refused(Problem(code=UNKNOWN_OPERATION, message=message))
        assert name is not None
        prepared = self.prepared[name] = Prepared(schema, found, self.fragments)
        return prepared


class Documents:
    """The cache: bounded by the tokens of valid documents and by the number of refused ones."""

    def __init__(self, *, tokens: int = 200_000, refused: int = 1_000) -> None:
        self._valid: LRUCache[tuple[str, Digest], Document] = LRUCache(
            tokens, getsizeof=lambda document: max(document.shape.tokens, 1)
        )
        self._refused: LRUCache[tuple[str, Digest, Limits, bool], tuple[Problem, ...]] = LRUCache(
            refused
        )

    def get(self, schema: Schema, text: str, limits: Limits, *, suggestions: bool) -> Document:
        """The document of a text. Raises Refused when it does not parse, fit or hold.

        `suggestions` says whether a complaint may name what the schema has instead.
        """
        if len(text) > limits.characters:
            raise Refused(too_complex("characters", len(text), limits.characters))
        digest = sha256(text.encode("utf-8", "surrogatepass")).digest()
        document = self._valid.get((schema.version, digest))
        if document is None:
            key = (schema.version, digest, limits, suggestions)
            known = self._refused.get(key)
            if known is not None:
                raise Refused(*known)
            try:
                document = _prepare(schema, text, limits, suggestions=suggestions)
            except Refused as refusal:
                self._refused[key] = refusal.problems
                raise
            if document.shape.tokens <= self._valid.maxsize:
                self._valid[(schema.version, digest)] = document
        too_large = exceeded(document.shape, limits)
        if too_large:
            raise Refused(*too_large)
        return document


def _prepare(schema: Schema, text: str, limits: Limits, *, suggestions: bool) -> Document:
    node = _parse(text, limits)
    shape = measure(node)
    too_large = exceeded(shape, limits)
    if too_large:
        raise Refused(*too_large)
    _validate(schema, node, limits, suggestions=suggestions)
    return Document(
        node=node,
        shape=shape,
        operations={
            definition.name.value if definition.name else "": definition
            for definition in node.definitions
            if isinstance(definition, OperationDefinitionNode)
        },
        fragments={
            definition.name.value: definition
            for definition in node.definitions
            if isinstance(definition, FragmentDefinitionNode)
        },
        prepared={},
    )


def _parse(text: str, limits: Limits) -> DocumentNode:
    try:
        return parse(
            text,
            max_lexical_tokens=limits.tokens,
            max_comments=limits.tokens,
            allow_empty_selection_sets=False,
        )
    except GraphQLSyntaxError as error:
        if error.message.endswith(f"more than {limits.tokens} tokens. Parsing aborted."):
            raise Refused(too_complex("tokens", limits.tokens + 1, limits.tokens)) from None
        raise Refused(*from_library(PARSE_FAILED, [error])) from None


def _validate(schema: Schema, node: DocumentNode, limits: Limits, *, suggestions: bool) -> None:
    errors = validate(schema.core, node, max_errors=limits.errors, hide_suggestions=not suggestions)
    if not errors:
        return
    if schema.full is not schema and not validate(schema.full.core, node, max_errors=1):
        raise Refused(*uses_of_disabled(schema, node))
    raise Refused(*from_library(VALIDATION_FAILED, errors))
