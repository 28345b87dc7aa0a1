"""msgspec's complaints as the platform's errors."""

import re

import msgspec

from rustok.core.errors import FieldError, ValidationFailed

_AT = re.compile(r" - at `(?:key in )?\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+|\.\.\.)\]")


def failed(error: msgspec.ValidationError) -> ValidationFailed:
    """The complaint with the path it is about: `Expected str` at `/variants/2/sku`."""
    message = str(error)
    match = _AT.search(message)
    path: tuple[str | int, ...] = ()
    if match is not None:
        message = message[: match.start()]
        path = tuple(
            name or (int(index) if index.isdigit() else index)
            for name, index in _STEP.findall(match["path"])
        )
    detail = f"{message}."
    item = FieldError(path=path, code="INVALID_VALUE", detail=detail)
    return ValidationFailed(detail, errors=(item,))
