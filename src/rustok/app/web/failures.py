"""Litestar's exceptions, and everything unforeseen, as the platform's errors."""

from typing import Any

import msgspec
import structlog
from litestar.exceptions import HTTPException, ValidationException

from rustok.core.errors import (
    BadRequest,
    Conflict,
    FieldError,
    Forbidden,
    NotFound,
    PayloadTooLarge,
    RustokError,
    Unauthenticated,
    ValidationFailed,
    broken_off,
)
from rustok.core.validation import failed

_log = structlog.get_logger("rustok.http")


class MethodNotAllowed(RustokError):
    """The path exists, but not for this method."""

    code = "METHOD_NOT_ALLOWED"
    status = 405
    title = "Method not allowed"


class UnsupportedMediaType(RustokError):
    """The body's content type is not one this endpoint takes."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415
    title = "Unsupported media type"


_BROKEN_OFF = "client disconnected prematurely"  # there is no class for it
_BY_STATUS: dict[int, type[RustokError]] = {
    400: BadRequest,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    409: Conflict,
    413: PayloadTooLarge,
    415: UnsupportedMediaType,
    422: ValidationFailed,
}


def from_http(error: HTTPException, request_id: str) -> RustokError:
    """An error of the framework itself; one of its own making is logged."""
    cause = error.__cause__
    if isinstance(cause, msgspec.ValidationError):
        return failed(cause)
    kind = _BY_STATUS.get(error.status_code)
    if error.status_code >= 500:
        return broken_off() if error.detail == _BROKEN_OFF else unexpected(error, request_id)
    if kind is None:
        return BadRequest()
    if isinstance(cause, msgspec.DecodeError):
        return kind(f"The body is not valid JSON: {cause}.")
    return kind()


def from_validation(error: ValidationException) -> RustokError:
    """Parameters or a body that do not fit what the handler declares."""
    cause = error.__cause__
    if isinstance(cause, msgspec.ValidationError) and _is_body(error):
        return failed(cause)
    items: list[Any] = error.extra if isinstance(error.extra, list) else []
    found = tuple(
        FieldError(
            path=tuple(str(item.get("key", "")).split(".")),
            code="INVALID_VALUE",
            detail=str(item.get("message", "Invalid.")),
        )
        for item in items
        if isinstance(item, dict)
    )
    return ValidationFailed(found[0].detail if found else None, errors=found)


def _is_body(error: ValidationException) -> bool:
    items = error.extra if isinstance(error.extra, list) else []
    return not items or any(isinstance(i, dict) and i.get("source") == "body" for i in items)


def unexpected(error: Exception, request_id: str) -> RustokError:
    """What nobody foresaw: logged whole, told as nothing."""
    _log.error("unhandled", request_id=request_id, exc_info=error)
    return RustokError()
