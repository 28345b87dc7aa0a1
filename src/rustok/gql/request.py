"""From an HTTP request to operations, as GraphQL over HTTP has it; JSON only, so CSRF-safe."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from rustok.gql.errors import (
    BAD_REQUEST,
    METHOD_NOT_ALLOWED,
    PAYLOAD_TOO_LARGE,
    PERSISTED_QUERY_NOT_SUPPORTED,
    UNSUPPORTED_MEDIA_TYPE,
    Problem,
    Refused,
)
from rustok.gql.limits import Limits, too_complex
from rustok.gql.media import JSON, MediaType


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation as asked for. `read_only` when the method may not change anything.

    `digest` is the SHA-256 of the query in hex where the client names one; `query` may be empty
    then, until a store of queries has filled it in.
    """

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = {}
    extensions: dict[str, Any] = {}
    digest: str | None = None
    read_only: bool = False


class _Body(msgspec.Struct, rename="camel"):
    query: str | msgspec.UnsetType = msgspec.UNSET
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None

    def operation(self, *, read_only: bool) -> Operation:
        digest = _digest(self.extensions) if self.extensions else None
        if digest is None and self.query is msgspec.UNSET:
            raise _refused(BAD_REQUEST, "The query is missing.")
        return Operation(
            query=self.query or "",
            operation_name=self.operation_name or None,
            variables=self.variables or {},
            extensions=self.extensions or {},
            digest=digest,
            read_only=read_only,
        )


PERSISTED_VERSION: Final = 1
_KEY_ENDS = re.compile(rb'"[ \t\r\n]*:')
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PARAMETERS = frozenset({"query", "operationName", "variables", "extensions"})


def parse_request(
    method: str,
    content_type: str | None,
    query_params: Iterable[tuple[str, str]],
    body: bytes,
    limits: Limits,
) -> Operation | list[Operation]:
    """The operation, or those of a batch. Raises Refused with what is wrong.

    Only POST with a JSON body and GET are answered: a form or text/plain, which a foreign page
    may send without asking, is refused.
    """
    if method == "GET":
        return _from_query(query_params)
    if method != "POST":
        raise _refused(METHOD_NOT_ALLOWED, f"{method} is not supported, use GET or POST.")
    _check_content_type(content_type)
    if len(body) > limits.bytes:
        raise _refused(PAYLOAD_TOO_LARGE, f"The body is larger than {limits.bytes} bytes.")
    bodies = _decode(body)
    if isinstance(bodies, _Body):
        return bodies.operation(read_only=False)
    if not bodies:
        raise _refused(BAD_REQUEST, "The batch is empty.")
    if len(bodies) > limits.batch:
        raise Refused(too_complex("batch", len(bodies), limits.batch))
    return [one.operation(read_only=False) for one in bodies]


def read_operation(payload: object) -> Operation:
    """The operation of a decoded JSON object, as other transports carry it. Raises Refused."""
    try:
        return msgspec.convert(payload, _Body).operation(read_only=False)
    except msgspec.ValidationError as error:
        raise _refused(BAD_REQUEST, f"The payload does not fit: {error}.") from None


def _digest(extensions: Mapping[str, Any]) -> str | None:
    named = extensions.get("persistedQuery")
    if named is None:
        return None
    if not isinstance(named, dict) or not _is_version(named.get("version")):
        raise _refused(PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")
    digest = named.get("sha256Hash")
    if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
        message = "extensions.persistedQuery.sha256Hash is 64 lower-case hexadecimal digits."
        raise _refused(BAD_REQUEST, message)
    return digest


def _is_version(value: object) -> bool:
    return value is not True and value == PERSISTED_VERSION


def _check_content_type(content_type: str | None) -> None:
    if content_type == JSON:
        return
    media = MediaType.parse(content_type or "")
    charset = media.parameters.get("charset", "utf-8").lower()
    if media.name != JSON or charset not in {"utf-8", "utf8"}:
        raise _refused(UNSUPPORTED_MEDIA_TYPE, "The body must be application/json in UTF-8.")


def _from_query(query_params: Iterable[tuple[str, str]]) -> Operation:
    found: dict[str, str] = {}
    for name, value in query_params:
        if name in _PARAMETERS and name in found:
            raise _refused(BAD_REQUEST, f"The parameter {name} is given twice.")
        found[name] = value
    _check_text("".join(found.values()))
    document: dict[str, Any] = {
        name: found[name] for name in ("query", "operationName") if found.get(name)
    }
    for name in ("variables", "extensions"):
        if found.get(name):
            document[name] = _json(found[name].encode(), name)
    try:
        return msgspec.convert(document, _Body).operation(read_only=True)
    except msgspec.ValidationError as error:
        raise _refused(BAD_REQUEST, f"The parameters do not fit: {error}.") from None


def _check_text(text: str) -> None:
    """Frameworks may hand on bytes that are no UTF-8 as lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _refused(BAD_REQUEST, "The parameters are not UTF-8.") from None


def _decode(body: bytes) -> _Body | list[_Body]:
    decoded = _json(body, "The body")
    # msgspec knows a class by heart and looks at a union anew each time
    kind: Any = _Body if decoded.__class__ is dict else _Body | list[_Body]
    try:
        found: _Body | list[_Body] = msgspec.convert(decoded, kind)
    except msgspec.ValidationError as error:
        raise _refused(BAD_REQUEST, f"The body does not fit: {error}.") from None
    return found


def _json(text: bytes, name: str) -> Any:
    try:
        decoded = msgspec.json.decode(text)
        _check_keys(text, decoded)
    except (ValueError, RecursionError) as error:
        raise _refused(BAD_REQUEST, f"{name} is not valid JSON: {error}.") from None
    return decoded


def _check_keys(text: bytes, decoded: object) -> None:
    """Raises ValueError for equal keys: msgspec keeps the last one, proxies may keep the first.

    A text holds `":` once for every key, and elsewhere in rare strings only. So where there are
    as many as keys were decoded, none was lost; where there are more, a slower look tells.
    """
    if len(_KEY_ENDS.findall(text)) != _keys(decoded):
        json.loads(text, object_pairs_hook=_unique)


def _keys(decoded: object) -> int:
    found = 0
    inner: Iterable[object] = ()
    if isinstance(decoded, dict):
        found = len(decoded)
        inner = decoded.values()
    elif isinstance(decoded, list):
        inner = decoded
    for value in inner:
        if isinstance(value, dict | list):
            found += _keys(value)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {repeated!r} is given twice")


def _refused(code: str, message: str) -> Refused:
    return Refused(Problem(code=code, message=message))
