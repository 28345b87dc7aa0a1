"""How much one caller may ask for, and the check of a document's shape against it."""

from typing import Final

import msgspec

from rustok.gql.errors import TOO_COMPLEX, Problem
from rustok.gql.shape import Shape


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Upper bounds of a request; the defaults are those for anonymous callers.

    `bytes` is the whole body, `characters` and `tokens` one document. In `depth`, `edges`, `node`,
    `nodes` and introspection do not count. `repeats` is how many selections may be merged
    into one place of the answer, `page` the largest `first` or `last`, `batch` operations in a
    request, `errors` entries in an answer. `cost` holds for all operations of a batch together.
    """

    bytes: int = 256_000
    characters: int = 15_000
    tokens: int = 1_000
    depth: int = 6
    aliases: int = 15
    root_fields: int = 20
    directives: int = 50
    repeats: int = 40
    cost: int = 5_000
    page: int = 100
    batch: int = 10
    errors: int = 20


ANONYMOUS: Final = Limits()
STAFF: Final = Limits(
    bytes=4_000_000,
    characters=100_000,
    tokens=5_000,
    depth=12,
    aliases=50,
    root_fields=50,
    directives=200,
    repeats=80,
    cost=50_000,
    batch=20,
    errors=50,
)


def too_complex(limit: str, actual: int, maximum: int) -> Problem:
    """The refusal that names the limit, in the client's own spelling."""
    words = limit.replace("_", " ")
    first, *rest = limit.split("_")
    return Problem(
        code=TOO_COMPLEX,
        message=f"The request's {words} is {_shown(actual)}, the limit is {maximum}.",
        extensions={
            "limit": first + "".join(word.title() for word in rest),
            "maximum": maximum,
        },
    )


def _shown(number: int) -> str:
    return str(number) if number < 10**12 else "astronomical"


def exceeded(shape: Shape, limits: Limits) -> tuple[Problem, ...]:
    """Which limits a document's shape breaks."""
    pairs = (
        ("tokens", shape.tokens, limits.tokens),
        ("depth", shape.depth, limits.depth),
        ("aliases", shape.aliases, limits.aliases),
        ("root_fields", shape.root_fields, limits.root_fields),
        ("directives", shape.directives, limits.directives),
        ("repeats", shape.repeats, limits.repeats),
    )
    return tuple(
        too_complex(limit, actual, maximum) for limit, actual, maximum in pairs if actual > maximum
    )
