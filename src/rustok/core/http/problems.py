"""Errors as problem details (RFC 9457)."""

from typing import Any

import msgspec

from rustok.core.errors import RustokError

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "https://rustok.dev/errors/"


def problem(error: RustokError, *, instance: str, request_id: str) -> dict[str, Any]:
    """The problem document of an error."""
    document: dict[str, Any] = {
        "type": f"{TYPE_BASE}{error.code.lower().replace('_', '-')}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": instance,
        "code": error.code,
        "requestId": request_id,
        **error.extra,
    }
    if error.errors:
        document["errors"] = [
            {"pointer": item.pointer, "code": item.code, "detail": item.detail}
            for item in error.errors
        ]
    return document


def headers(error: RustokError) -> dict[str, str]:
    """The response headers that go with an error."""
    found = {"cache-control": "no-store"}
    if error.status == 401:
        found["www-authenticate"] = 'Bearer realm="rustok"'
    if error.retry_after is not None:
        found["retry-after"] = str(error.retry_after)
    return found


def encode(error: RustokError, *, instance: str, request_id: str) -> bytes:
    """The problem document as JSON."""
    return msgspec.json.encode(problem(error, instance=instance, request_id=request_id))
