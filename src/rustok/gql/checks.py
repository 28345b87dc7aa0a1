"""What must hold between the declared types and what the parts registered for them."""

import inspect
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from graphql import FieldDefinitionNode, InputValueDefinitionNode

from rustok.gql.declarations import ROOTS, Declared, is_required, selectable
from rustok.gql.directives import declared_cost
from rustok.gql.naming import Naming
from rustok.gql.resolvers import Part, Resolver


def problems(
    parts: Sequence[Part], types: Mapping[str, Declared], python_name: Naming
) -> Iterator[str]:
    """Every broken promise, one sentence each."""
    yield from _rules(types)
    yield from _costs(types)
    yield from _resolvers(parts, types, python_name)
    yield from _plain_fields(parts, types, python_name)
    for part in parts:
        yield from _registrations(part, types, python_name)
    implemented = {name for part in parts for name in part.resolvers.scalars}
    for declared in types.values():
        if declared.kind == "scalar_type" and declared.name not in implemented:
            yield f"{declared.owner}: scalar {declared.name} has no implementation"


def _rules(types: Mapping[str, Declared]) -> Iterator[str]:
    for declared, name, field in selectable(dict(types)):
        where = f"{declared.owners[name]}: field {declared.name}.{name}"
        applied = {directive.name.value for directive in field.directives or ()}
        if {"auth", "public"} <= applied:
            yield f"{where} has both @auth and @public"
        if declared.rule(name) is None:
            place = "on the field" if declared.name in ROOTS else "on the field or its type"
            yield f"{where} has neither @auth nor @public {place}"


def _costs(types: Mapping[str, Declared]) -> Iterator[str]:
    for declared, name, field in selectable(dict(types)):
        where = f"{declared.owners[name]}: @cost of {declared.name}.{name}"
        try:
            cost = declared_cost(field)
        except msgspec.ValidationError as error:
            yield f"{where} does not fit: {error}"
            continue
        arguments = {argument.name.value for argument in field.arguments or ()}
        for path in cost.multipliers:
            if path.split(".")[0] not in arguments:
                yield f"{where} multiplies by {path}, which is no argument of the field"


def _resolvers(
    parts: Sequence[Part], types: Mapping[str, Declared], python_name: Naming
) -> Iterator[str]:
    seen: dict[tuple[str, str], str] = {}
    for part in parts:
        for type_name, field_name, resolver in part.resolvers.fields:
            where = f"{part.name}: resolver of {type_name}.{field_name}"
            declared = types.get(type_name)
            if declared is None or field_name not in declared.fields:
                yield f"{where} has no such field"
                continue
            if declared.kind != "object_type":
                yield f"{where}: only fields of object types have resolvers"
            other = seen.setdefault((type_name, field_name), part.name)
            if other != part.name or _registered(part, type_name, field_name) > 1:
                yield f"{where} is registered twice, also by {other}"
            for problem in _signature(resolver, declared.fields[field_name], python_name):
                yield f"{where} {problem}"


def _registered(part: Part, type_name: str, field_name: str) -> int:
    return sum(known[:2] == (type_name, field_name) for known in part.resolvers.fields)


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
        elif parameter is not None and parameter.default is parameter.empty and _optional(node):
            yield f"needs a default for {name}, which a caller may leave out"
    for name, parameter in named.items():
        variadic = parameter.kind in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}
        if name not in arguments and not variadic and parameter.default is parameter.empty:
            yield f"wants {name}, which is no argument of the field"


def _optional(node: InputValueDefinitionNode) -> bool:
    return not is_required(node) and node.default_value is None


def _plain_fields(
    parts: Sequence[Part], types: Mapping[str, Declared], python_name: Naming
) -> Iterator[str]:
    bindings = {name: bound for part in parts for name, bound in part.resolvers.bindings.items()}
    resolved = {known[:2] for part in parts for known in part.resolvers.fields}
    for declared, name, field in selectable(dict(types)):
        if declared.kind != "object_type" or (declared.name, name) in resolved:
            continue
        where = f"{declared.owners[name]}: field {declared.name}.{name}"
        bound = bindings.get(declared.name)
        if declared.name in ROOTS:
            yield f"{where} has no resolver"
        elif field.arguments:
            yield f"{where} has arguments, but no resolver"
        elif bound is not None and not _has_attribute(bound, python_name(name)):
            yield (
                f"{where} has no resolver, and {bound.__name__} has no attribute "
                f"{python_name(name)}"
            )


def _has_attribute(bound: type, attribute: str) -> bool:
    return hasattr(bound, attribute) or any(
        attribute in inspect.get_annotations(base) for base in bound.__mro__
    )


def _registrations(part: Part, types: Mapping[str, Declared], python_name: Naming) -> Iterator[str]:
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
    for name, bound in registered.bindings.items():
        declared = types.get(name)
        if declared is not None and declared.kind == "input_object_type":
            yield from _input(part.name, declared, bound, python_name)
    for name, values in registered.enums.items():
        declared = types.get(name)
        if declared is not None and set(values) != set(declared.values):
            differing = ", ".join(sorted(set(values) ^ set(declared.values)))
            yield f"{part.name}: enum {name} and its values differ in {differing}"


def _input(owner: str, declared: Declared, bound: type, python_name: Naming) -> Iterator[str]:
    inputs = {python_name(name): node for name, node in declared.inputs.items()}
    parameters = inspect.signature(bound).parameters
    for name in inputs.keys() - parameters.keys():
        yield f"{owner}: input {declared.name} has {name}, which {bound.__name__} does not take"
    for name, parameter in parameters.items():
        optional = name not in inputs or _optional(inputs[name])
        if parameter.default is parameter.empty and optional:
            yield f"{owner}: {bound.__name__} needs {name}, which {declared.name} may leave out"
