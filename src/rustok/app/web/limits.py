"""Settings of what a GraphQL operation may ask for."""

from collections.abc import Iterable

import msgspec

from rustok.gql import ANONYMOUS, STAFF, Limits


class LimitSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of `/graphql` that are not the default, as in `depth=8 cost=10000`."""

    anonymous: tuple[str, ...] = ()
    """For callers without any permission: visitors and customers."""
    staff: tuple[str, ...] = ()
    """For callers with a permission."""

    def __post_init__(self) -> None:
        """Raises ValueError, which msgspec reports as an invalid setting."""
        changed(ANONYMOUS, self.anonymous)
        changed(STAFF, self.staff)

    def limits(self, *, staff: bool) -> Limits:
        """The limits of a kind of caller, the changes made."""
        return changed(STAFF, self.staff) if staff else changed(ANONYMOUS, self.anonymous)


def changed(limits: Limits, changes: Iterable[str]) -> Limits:
    """The limits with others in the place of some. Raises ValueError for what is none."""
    known = {field.name: field.type for field in msgspec.structs.fields(Limits)}
    found: dict[str, int | float] = {}
    for change in changes:
        name, _, number = change.partition("=")
        if name not in known:
            raise ValueError(f"{name!r} is no limit; there are {', '.join(sorted(known))}")
        found[name] = _positive(name, number, known[name])
    return msgspec.structs.replace(limits, **found)


def _positive(name: str, number: str, kind: type[int | float]) -> int | float:
    try:
        value = kind(number)
    except ValueError:
        raise ValueError(f"the limit {name} is a number, not {number[:20]!r}") from None
    if not 0 < value < 10**12:
        raise ValueError(f"the limit {name} is above 0 and below 10**12")
    return value
