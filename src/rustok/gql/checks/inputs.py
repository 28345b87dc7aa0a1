"""The class that is built from an input takes what the input has, and needs no more."""

import inspect
from collections.abc import Iterator, Mapping, Sequence

from rustok.gql.declarations import Declared, is_optional
from rustok.gql.naming import Naming
from rustok.gql.resolvers import Part


def problems(
    parts: Sequence[Part], types: Mapping[str, Declared], python_name: Naming
) -> Iterator[str]:
    """Fields that the class does not take, parameters that a caller may leave out."""
    for part in parts:
        for name, bound in part.resolvers.bindings.items():
            declared = types.get(name)
            if declared is not None and declared.kind == "input_object_type":
                yield from _input(part.name, declared, bound, python_name)


def _input(owner: str, declared: Declared, bound: type, python_name: Naming) -> Iterator[str]:
    inputs = {python_name(name): node for name, node in declared.inputs.items()}
    parameters = inspect.signature(bound).parameters
    for name in inputs.keys() - parameters.keys():
        yield f"{owner}: input {declared.name} has {name}, which {bound.__name__} does not take"
    for name, parameter in parameters.items():
        optional = name not in inputs or is_optional(inputs[name])
        if parameter.default is parameter.empty and optional:
            yield f"{owner}: {bound.__name__} needs {name}, which {declared.name} may leave out"
