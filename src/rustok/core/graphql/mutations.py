"""Mutations answer with their object or with `userErrors`; only faults are top-level errors."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Final, TypeVar

from rustok.core.errors import RustokError

Payload = dict[str, Any]
R = TypeVar("R", bound=Callable[..., Any])
GOES_ON: Final = "rustok_goes_on"
_TELLABLE = frozenset({400, 404, 409, 412, 413, 422})


def mutation(
    resolver: Callable[..., Awaitable[Payload]],
) -> Callable[..., Awaitable[Payload]]:
    """Wraps a mutation's resolver: what the caller can mend becomes `userErrors`.

    The resolver returns the payload's other fields, in snake_case; sign-in, permission, limits
    and faults stay top-level errors.
    """

    @wraps(resolver)
    async def resolve(root: Any, info: Any, **arguments: Any) -> Payload:
        try:
            payload = await resolver(root, info, **arguments)
        except RustokError as error:
            if error.status not in _TELLABLE:
                raise
            return {"user_errors": user_errors(error)}
        return {"user_errors": [], **payload}

    return resolve


def essential(resolver: R) -> R:
    """Marks a mutation that goes on while other writes are refused for the events that wait.

    These are signing in and out, and what operators mend things with.
    """
    setattr(resolver, GOES_ON, True)
    return resolver


def is_essential(resolver: object) -> bool:
    """Whether a resolver is marked so."""
    return getattr(resolver, GOES_ON, False) is True


def user_errors(error: RustokError) -> list[Payload]:
    """The error as a list of `UserError`."""
    if not error.errors:
        return [{"code": error.code, "message": error.detail, "field": None}]
    return [
        {"code": item.code, "message": item.detail, "field": [str(part) for part in item.path]}
        for item in error.errors
    ]
