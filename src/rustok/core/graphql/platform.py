"""The platform's own part of the schema: scalars and shared types."""

from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

from rustok import __version__
from rustok.core.money import Money
from rustok.gql import Info, Part, Resolvers

LARGEST: Final = 10**15 + 1
"""Whole numbers below are exact in every client's floating point, and enough for any amount."""

resolvers = Resolvers()
resolvers.bind("Money", Money)


def _moment_out(value: datetime | str) -> str:
    if isinstance(value, str):
        return value
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _moment_in(value: Any) -> datetime:
    if not isinstance(value, str):
        raise TypeError("DateTime is a string in RFC 3339")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("DateTime needs an offset, such as Z")
    return moment.astimezone(UTC)


def _as_it_is(value: Any) -> Any:
    return value


resolvers.scalar("DateTime", serialize=_moment_out, parse=_moment_in)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("BigInt is a whole number")
    if abs(value) >= LARGEST:
        raise ValueError("BigInt ends at 10**15")
    return value


resolvers.scalar("BigInt", serialize=_whole, parse=_whole)
resolvers.scalar("JSON", serialize=_as_it_is, parse=_as_it_is)


@resolvers.field("Query", "version")
def version(_root: None, _info: Info) -> str:
    """The version of the server."""
    return __version__


def part() -> Part:
    """The part as `compose` takes it."""
    sdl = (files("rustok.core.graphql") / "platform.graphql").read_text()
    return Part(name="platform", sdl=sdl, resolvers=resolvers)
