"""The answer to one operation, or to a request that is none."""

from collections.abc import Mapping
from typing import Any

import msgspec

from rustok.gql.errors import (
    BACK_PRESSURE,
    FORBIDDEN,
    METHOD_NOT_ALLOWED,
    MODULE_DEGRADED,
    MODULE_FAILED,
    NOT_ACCEPTABLE,
    OPERATION_NOT_ALLOWED,
    PAYLOAD_TOO_LARGE,
    RATE_LIMITED,
    UNAUTHENTICATED,
    UNSUPPORTED_MEDIA_TYPE,
    Problem,
)
from rustok.gql.limits import TIMED_OUT

TRANSPORT_STATUSES: Mapping[str, int] = {
    METHOD_NOT_ALLOWED: 405,
    NOT_ACCEPTABLE: 406,
    PAYLOAD_TOO_LARGE: 413,
    UNSUPPORTED_MEDIA_TYPE: 415,
    RATE_LIMITED: 429,
    BACK_PRESSURE: 503,
}
STATUSES: Mapping[str, int] = {
    UNAUTHENTICATED: 401,
    FORBIDDEN: 403,
    OPERATION_NOT_ALLOWED: 403,
    TIMED_OUT: 503,
    MODULE_FAILED: 503,
    MODULE_DEGRADED: 503,
    **TRANSPORT_STATUSES,
}


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What the client gets. `data` is UNSET when nothing was executed.

    `malformed` says that the HTTP request itself was unusable, so that its status is an error's
    for clients of either media type.
    """

    data: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET
    errors: tuple[Problem, ...] = ()
    extensions: Mapping[str, Any] = {}
    malformed: bool = False

    @classmethod
    def refused(
        cls,
        problems: tuple[Problem, ...],
        *,
        extensions: Mapping[str, Any] | None = None,
        malformed: bool = False,
    ) -> "Result":
        """Nothing was executed, for these reasons."""
        transport = any(problem.code in TRANSPORT_STATUSES for problem in problems)
        return cls(errors=problems, extensions=extensions or {}, malformed=malformed or transport)

    @property
    def executed(self) -> bool:
        """Whether the operation ran, with or without errors."""
        return self.data is not msgspec.UNSET

    @property
    def status(self) -> int:
        """The HTTP status for clients who understand it to be the operation's."""
        if self.executed:
            return 200
        return next((STATUSES[p.code] for p in self.errors if p.code in STATUSES), 400)

    def body(self) -> dict[str, Any]:
        """The answer as the specification lays it out, ready to be encoded."""
        body: dict[str, Any] = {}
        if self.errors:
            body["errors"] = [problem.rendered() for problem in self.errors]
        if self.executed:
            body["data"] = self.data
        if self.extensions:
            body["extensions"] = self.extensions
        return body
