"""What must hold between the declared types and what the parts registered for them."""

from collections.abc import Iterator, Mapping, Sequence

from graphql import parse

from rustok.gql.checks import caching, directives, fields, inputs, registrations, signatures
from rustok.gql.checks.findings import Coverage
from rustok.gql.checks.registered import Registered
from rustok.gql.declarations import ROOTS, Declared, declare
from rustok.gql.naming import Naming, snake_case
from rustok.gql.resolvers import Part

__all__ = ["Coverage", "coverage", "problems"]


def problems(
    parts: Sequence[Part], types: Mapping[str, Declared], python_name: Naming
) -> Iterator[str]:
    """Every broken promise, one sentence each."""
    registered = Registered(parts)
    yield from directives.problems(types)
    yield from caching.problems(registered, types)
    yield from signatures.problems(parts, types, python_name)
    yield from fields.findings(registered, types, python_name).problems
    yield from registrations.problems(parts, types)
    yield from inputs.problems(parts, types, python_name)


def coverage(parts: Sequence[Part], *, python_name: Naming = snake_case) -> Coverage:
    """Which fields were compared with Python's annotations, and why the others were not.

    The parts are those of a schema that can be composed.
    """
    roots = " ".join(f"type {name}" for name in ROOTS)
    owned = [
        (owner, node)
        for owner, sdl in (("", roots), *((part.name, part.sdl) for part in parts))
        for node in (parse(sdl).definitions if sdl.strip() else ())
    ]
    return fields.findings(Registered(parts), declare(owned), python_name).coverage()
