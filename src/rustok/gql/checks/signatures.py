"""A resolver or source belongs to one field, alone, and takes the arguments that it has."""

import inspect
from collections.abc import Iterator, Mapping, Sequence

from graphql import FieldDefinitionNode

from rustok.gql.declarations import SUBSCRIPTION, Declared, is_optional
from rustok.gql.naming import Naming
from rustok.gql.resolvers import Part, Resolver


def problems(
    parts: Sequence[Part], types: Mapping[str, Declared], python_name: Naming
) -> Iterator[str]:
    """Resolvers without a field, fields with two, and parameters that do not match."""
    seen: dict[tuple[str, str, str], str] = {}
    for part in parts:
        registered = list(_registered(part))
        for what, type_name, field_name, resolver in registered:
            where = f"{part.name}: {what} of {type_name}.{field_name}"
            declared = types.get(type_name)
            if declared is None or field_name not in declared.fields:
                yield f"{where} has no such field"
                continue
            if declared.kind != "object_type":
                yield f"{where}: only fields of object types have resolvers"
            key = (what, type_name, field_name)
            other = seen.setdefault(key, part.name)
            if other != part.name or sum(known[:3] == key for known in registered) > 1:
                yield f"{where} is registered twice, also by {other}"
            for problem in _signature(resolver, declared.fields[field_name], python_name):
                yield f"{where} {problem}"


def _registered(part: Part) -> Iterator[tuple[str, str, str, Resolver]]:
    for type_name, field_name, resolver in part.resolvers.fields:
        yield "resolver", type_name, field_name, resolver
    for field_name, source in part.resolvers.sources:
        yield "source", SUBSCRIPTION, field_name, source


def _signature(
    resolver: Resolver, field: FieldDefinitionNode, python_name: Naming
) -> Iterator[str]:
    parameters = list(inspect.signature(resolver).parameters.values())
    positional = [p for p in parameters if p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}]
    if len(positional) < 2:
        yield "does not take (root, info, ...)"
        return
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    named = {p.name: p for p in parameters if p not in positional[:2]}
    arguments = {python_name(node.name.value): node for node in field.arguments or ()}
    for name, node in arguments.items():
        parameter = named.get(name)
        if parameter is None and not takes_any:
            yield f"does not take the argument {node.name.value} (as {name})"
        elif parameter is not None and parameter.default is parameter.empty and is_optional(node):
            yield f"needs a default for {name}, which a caller may leave out"
    for name, parameter in named.items():
        variadic = parameter.kind in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}
        if name not in arguments and not variadic and parameter.default is parameter.empty:
            yield f"wants {name}, which is no argument of the field"
