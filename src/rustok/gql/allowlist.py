"""An allow-list: only operations that were extracted from known clients may run.

The manifest is the one of Apollo's tools: each operation has an `id`, the SHA-256 of its `body`.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from typing import Final, Literal

import msgspec
from graphql import OperationType

from rustok.gql.errors import OPERATION_NOT_ALLOWED, Problem, Refused
from rustok.gql.limits import ANONYMOUS
from rustok.gql.request import Operation

FORMAT: Final = "apollo-persisted-query-manifest"
_END = "}"
_OPENING, _CLOSING = frozenset("({["), frozenset(")}]")
_TOKEN = re.compile(
    r"""
      "{3}(?:[^"\\]|\\.|"(?!""))*(?:"{3}|\Z)  # an unterminated text goes on to the end, so that
    | "(?:[^"\\\n\r]|\\.)*"?                  # no text is read more than once
    | \.{3} | [_A-Za-z][_0-9A-Za-z]* | -?[0-9][0-9.eE+-]*
    | \#[^\n\r]* | [^\s,\ufeff]
    """,
    re.VERBOSE | re.DOTALL,
)


class ManifestError(Exception):
    """The text is no manifest of operations, or its ids are not those of its bodies."""

    code = "BAD_MANIFEST"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One operation with the fragments that it needs; `id` is the SHA-256 of `body`."""

    id: str
    name: str
    type: OperationType
    body: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The operations of a client, as a file."""

    format: Literal["apollo-persisted-query-manifest"] = FORMAT
    version: Literal[1] = 1
    operations: tuple[Listed, ...] = ()

    @classmethod
    def of(cls, text: bytes) -> "Manifest":
        """Read a file; raises ManifestError."""
        try:
            manifest = msgspec.json.decode(text, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ManifestError(f"it is no manifest of operations: {error}") from None
        for listed in manifest.operations:
            if digest_of(listed.body) != listed.id:
                raise ManifestError(f"the id of {listed.name} is not the SHA-256 of its body")
        return manifest


class AllowList:
    """Finds the listed operation that a request asks for, by its id or by its text.

    Texts are compared token by token and apart from the order of definitions, so spaces, commas
    and comments may differ. What runs is the text of the list, never the client's.
    """

    def __init__(self, operations: Iterable[Listed]) -> None:
        self._by_id = {one.id: one.body for one in operations}
        self._by_tokens = {}
        self._tokens = 0
        for body in self._by_id.values():
            tokens = list(_tokens(body))
            self._by_tokens[_fingerprint(tokens)] = body
            self._tokens = max(self._tokens, len(tokens))

    def __len__(self) -> int:
        return len(self._by_id)

    def complete(self, operation: Operation) -> Operation:
        """The operation with its listed text; raises Refused."""
        text = operation.query
        body = self._by_text(text) if text else self._by_id.get(operation.digest or "")
        if body is None:
            message = "Only operations of this server's list may run."
            raise Refused(Problem(code=OPERATION_NOT_ALLOWED, message=message))
        return msgspec.structs.replace(operation, query=body)

    def _by_text(self, text: str) -> str | None:
        if len(text) > ANONYMOUS.characters:
            return None
        tokens = list(islice(_tokens(text), self._tokens + 1))  # no more than the longest has
        return self._by_tokens.get(_fingerprint(tokens))


def digest_of(text: str) -> str:
    """The SHA-256 of a query in hex."""
    return sha256(text.encode()).hexdigest()


def _tokens(text: str) -> Iterator[str]:
    for found in _TOKEN.finditer(text):
        if not found[0].startswith("#"):
            yield found[0]


def _fingerprint(tokens: Iterable[str]) -> bytes:
    """Equal for texts of the same definitions, whether or not they are GraphQL."""
    definitions = sorted("\0".join(definition) for definition in _definitions(tokens))
    return sha256("\1".join(definitions).encode("utf-8", "surrogatepass")).digest()


def _definitions(tokens: Iterable[str]) -> Iterator[list[str]]:
    definition: list[str] = []
    depth = 0
    for token in tokens:
        definition.append(token)
        depth += (token in _OPENING) - (token in _CLOSING)
        if depth == 0 and token == _END:
            yield definition
            definition = []
    if definition:
        yield definition
