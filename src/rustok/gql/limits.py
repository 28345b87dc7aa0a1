"""How much one caller may ask for, and the checks of a document against it."""

from typing import Any, Final

import msgspec

from rustok.gql.errors import TOO_COMPLEX, Problem
from rustok.gql.outline import Outline
from rustok.gql.shape import Shape

TIMED_OUT: Final = "OPERATION_TIMED_OUT"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Upper bounds of a request; the defaults are those for anonymous callers.

    Of a request: `bytes` of its body, `batch` operations, `values` in the variables of each (every
    item and entry counts) and their `nesting`, which holds for values in a document too.

    Of a document: `characters`, `lines`, `tokens`, `text` (the length of the longest name or
    literal among them), `inputs` (those in parentheses), `operations`, `fragments`, `fields` as
    written, `directives`; and, with fragments expanded, `depth` (`edges`, `node`, `nodes` and
    introspection do not count), `aliases`, `root_fields` and `repeats`, which is how many
    selections may be merged into one place of the answer.

    Of the work: `page` is the largest `first` or `last`, `cost` holds for all operations of a
    batch together, `seconds` for each, `errors` for the entries in an answer.
    """

    bytes: int = 128_000
    batch: int = 10
    values: int = 1_000
    nesting: int = 12
    characters: int = 15_000
    lines: int = 1_000
    tokens: int = 1_000
    text: int = 2_000
    inputs: int = 250
    operations: int = 10
    fragments: int = 40
    fields: int = 300
    directives: int = 50
    depth: int = 6
    aliases: int = 15
    root_fields: int = 20
    repeats: int = 40
    page: int = 100
    cost: int = 5_000
    seconds: float = 10.0
    errors: int = 20


ANONYMOUS: Final = Limits()
STAFF: Final = Limits(
    bytes=4_000_000,
    batch=20,
    values=50_000,
    nesting=24,
    characters=50_000,
    lines=2_000,
    tokens=5_000,
    text=20_000,
    inputs=1_500,
    operations=50,
    fragments=100,
    fields=1_500,
    directives=200,
    depth=12,
    aliases=50,
    root_fields=50,
    repeats=80,
    cost=50_000,
    seconds=30.0,
    errors=20,
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
    return _broken(
        limits,
        depth=shape.depth,
        aliases=shape.aliases,
        root_fields=shape.root_fields,
        repeats=shape.repeats,
    )


def too_large(text: Outline, limits: Limits) -> tuple[Problem, ...]:
    """Which limits a document breaks as a text, before it is parsed."""
    return _broken(
        limits,
        lines=text.lines,
        tokens=text.tokens,
        text=text.text,
        inputs=text.inputs,
        operations=text.operations,
        fragments=text.fragments,
        fields=text.fields,
        aliases=text.aliases,
        directives=text.directives,
        nesting=text.nesting,
    )


def told_cost(cost: int, maximum: int) -> dict[str, Any]:
    """What an answer says of its cost, in its extensions."""
    return {"cost": {"requestedQueryCost": cost, "maximumAvailable": maximum}}


def timed_out(limits: Limits) -> Problem:
    """The operation took longer than its caller may have."""
    message = f"The operation took longer than {limits.seconds:g} seconds."
    return Problem(code=TIMED_OUT, message=message, extensions={"seconds": limits.seconds})


def _broken(limits: Limits, **figures: int) -> tuple[Problem, ...]:
    return tuple(
        too_complex(limit, actual, getattr(limits, limit))
        for limit, actual in figures.items()
        if actual > getattr(limits, limit)
    )
