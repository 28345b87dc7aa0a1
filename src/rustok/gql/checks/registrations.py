"""What is registered under a name has a type of that name and kind."""

from collections.abc import Iterator, Mapping, Sequence

from rustok.gql.declarations import Declared
from rustok.gql.resolvers import Part


def problems(parts: Sequence[Part], types: Mapping[str, Declared]) -> Iterator[str]:
    """Names without a type, enums whose values differ, scalars that nobody implements."""
    for part in parts:
        yield from _names(part, types)
        yield from _enums(part, types)
    implemented = {name for part in parts for name in part.resolvers.scalars}
    for declared in types.values():
        if declared.kind == "scalar_type" and declared.name not in implemented:
            yield f"{declared.owner}: scalar {declared.name} has no implementation"


def _names(part: Part, types: Mapping[str, Declared]) -> Iterator[str]:
    registered = part.resolvers
    kinds = (
        (registered.bindings, {"object_type", "input_object_type"}, "binding"),
        (registered.scalars, {"scalar_type"}, "scalar"),
        (registered.enums, {"enum_type"}, "enum"),
        (registered.types, {"interface_type", "union_type"}, "type resolver"),
    )
    for names, expected, what in kinds:
        for name in names:
            declared = types.get(name)
            if declared is None or declared.kind not in expected:
                yield f"{part.name}: {what} {name} has no such type"


def _enums(part: Part, types: Mapping[str, Declared]) -> Iterator[str]:
    for name, values in part.resolvers.enums.items():
        declared = types.get(name)
        if declared is not None and set(values) != set(declared.values):
            differing = ", ".join(sorted(set(values) ^ set(declared.values)))
            yield f"{part.name}: enum {name} and its values differ in {differing}"
