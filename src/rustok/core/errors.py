"""The one error tree: stable codes, rendered once for REST and once for GraphQL."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one part of an input: a path into it, a stable code, a sentence."""

    path: tuple[str | int, ...]
    code: str
    detail: str

    @property
    def pointer(self) -> str:
        """The path as a JSON pointer (RFC 6901)."""
        escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in self.path)
        return "".join(f"/{part}" for part in escaped)


class RustokError(Exception):
    """Something the caller can be told: subclasses fix the code, the HTTP status and the title."""

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        extra: Mapping[str, str | int | bool] | None = None,
    ) -> None:
        self.detail = detail or self.title
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.extra = dict(extra or {})
        super().__init__(self.detail)


class BadRequest(RustokError):
    """The request cannot be understood."""

    code = "BAD_REQUEST"
    status = 400
    title = "Bad request"


class ValidationFailed(RustokError):
    """The request is understood, but a value in it is not acceptable."""

    code = "VALIDATION_FAILED"
    status = 422
    title = "Validation failed"


class Unauthenticated(RustokError):
    """Sign in first: there is no token, or it is not valid any more."""

    code = "UNAUTHENTICATED"
    status = 401
    title = "Not signed in"


class Forbidden(RustokError):
    """The caller is known and may not do this."""

    code = "FORBIDDEN"
    status = 403
    title = "Forbidden"


class UserRequired(Forbidden):
    """This is for a signed-in user's own account; an API key has none."""

    code = "USER_REQUIRED"
    title = "For signed-in users"


class NotFound(RustokError):
    """There is no such thing in this tenant, or the caller may not know of it."""

    code = "NOT_FOUND"
    status = 404
    title = "Not found"


class Conflict(RustokError):
    """The present state of the thing does not allow this."""

    code = "CONFLICT"
    status = 409
    title = "Conflict"


class PreconditionFailed(RustokError):
    """Somebody changed it first: read it again, then repeat with the new version."""

    code = "VERSION_MISMATCH"
    status = 412
    title = "Changed in the meantime"


class PayloadTooLarge(RustokError):
    """The body is larger than this endpoint takes."""

    code = "PAYLOAD_TOO_LARGE"
    status = 413
    title = "Body too large"


class Throttled(RustokError):
    """Too many requests: wait as long as Retry-After says."""

    code = "THROTTLED"
    status = 429
    title = "Too many requests"


class Unavailable(RustokError):
    """Something this request needs is not there at the moment: try again."""

    code = "UNAVAILABLE"
    status = 503
    title = "Unavailable"


class DatabaseUnavailable(Unavailable):
    """The database does not answer."""

    code = "DATABASE_UNAVAILABLE"
    title = "Database unavailable"


class Contention(Unavailable):
    """Others changed the same things at the same moment: nothing was kept, try again."""

    code = "CONTENTION"
    title = "Changed by others at the same moment"


class DeadlineExceeded(Unavailable):
    """The request took longer than its time limit and was given up; nothing of it was kept."""

    code = "DEADLINE_EXCEEDED"
    title = "Time limit exceeded"


class ModuleFailed(Unavailable):
    """The module does not work in this process: it could not be started, or says so itself."""

    code = "MODULE_FAILED"
    title = "Module failed"


class ModuleDegraded(Unavailable):
    """The module works as far as it can, and takes no requests of this kind meanwhile."""

    code = "MODULE_DEGRADED"
    title = "Module degraded"


class ModuleDisabled(RustokError):
    """The module is switched off for this tenant."""

    code = "MODULE_DISABLED"
    status = 404
    title = "Module disabled"


def invalid(code: str, detail: str, *path: str | int) -> ValidationFailed:
    """A validation error about one field."""
    return ValidationFailed(detail, errors=(FieldError(path=path, code=code, detail=detail),))


def broken_off() -> BadRequest:
    """Of a body that ended too early; who has closed one half of the connection hears it still."""
    return BadRequest("The request was broken off.")
