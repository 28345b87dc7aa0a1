"""Documents, parsed, measured and validated once, then kept by schema and hash."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from cachetools import LRUCache
from graphql import FragmentDefinitionNode, OperationDefinitionNode

from rustok.gql.admission import Admitted, admit, check_length
from rustok.gql.errors import UNKNOWN_OPERATION, Problem, Refused
from rustok.gql.limits import Limits
from rustok.gql.preparation import Prepared
from rustok.gql.schema import Schema
from rustok.gql.shape import Shape
from rustok.gql.tokens import forget_tokens

Digest = bytes
Refusal = tuple[tuple[Problem, ...], Mapping[str, Any]]


class Document(msgspec.Struct, kw_only=True, eq=False):
    """A valid document; `prepared` keeps what was found out about its operations, by name.

    `fits` are the limits that it was last held against and did not break.

    Its tokens are let go when it is used again: most that are used once are never used twice, and
    need not wait for that.
    """

    admitted: Admitted
    operations: Mapping[str, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    prepared: dict[str, Prepared]
    fits: Limits | None = None
    has_tokens: bool = True

    @property
    def shape(self) -> Shape:
        """How large it is, fragments expanded."""
        return self.admitted.shape

    @property
    def tokens(self) -> int:
        """How many tokens it has."""
        return self.admitted.tokens

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
            tokens, getsizeof=lambda document: max(document.tokens, 1)
        )
        self._refused: LRUCache[tuple[str, Digest, Limits, bool], Refusal] = LRUCache(refused)

    def get(self, schema: Schema, text: str, limits: Limits, *, suggestions: bool) -> Document:
        """The document of a text. Raises Refused when it does not parse, fit or hold.

        `suggestions` says whether a complaint may name what the schema has instead.
        """
        check_length(text, limits)
        digest = sha256(text.encode("utf-8", "surrogatepass")).digest()
        document = self._valid.get((schema.version, digest))
        if document is None:
            key = (schema.version, digest, limits, suggestions)
            known = self._refused.get(key)
            if known is not None:
                problems, extensions = known
                raise Refused(*problems, extensions=extensions)
            try:
                document = _prepare(schema, text, limits, suggestions=suggestions)
            except Refused as refusal:
                self._refused[key] = (refusal.problems, refusal.extensions)
                raise
            if document.tokens <= self._valid.maxsize:
                self._valid[(schema.version, digest)] = document
        else:
            if document.fits is not limits:
                document.admitted.check(limits)
                document.fits = limits
            if document.has_tokens:
                forget_tokens(document.admitted.node)
                document.has_tokens = False
        return document


def _prepare(schema: Schema, text: str, limits: Limits, *, suggestions: bool) -> Document:
    admitted = admit(schema, text, limits, suggestions=suggestions)
    definitions = admitted.node.definitions
    return Document(
        admitted=admitted,
        operations={
            definition.name.value if definition.name else "": definition
            for definition in definitions
            if isinstance(definition, OperationDefinitionNode)
        },
        fragments={
            definition.name.value: definition
            for definition in definitions
            if isinstance(definition, FragmentDefinitionNode)
        },
        prepared={},
        fits=limits,
    )
