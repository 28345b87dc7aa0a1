"""Every field says who may select it, and its cost is one."""

from collections.abc import Iterator, Mapping

import msgspec

from rustok.gql.declarations import ROOTS, Declared, selectable
from rustok.gql.directives import declared_cost


def problems(types: Mapping[str, Declared]) -> Iterator[str]:
    """Fields without a rule or with two, costs that are none."""
    yield from _rules(types)
    yield from _costs(types)


def _rules(types: Mapping[str, Declared]) -> Iterator[str]:
    for declared, name, field in selectable(types):
        where = f"{declared.owners[name]}: field {declared.name}.{name}"
        applied = {directive.name.value for directive in field.directives or ()}
        if {"auth", "public"} <= applied:
            yield f"{where} has both @auth and @public"
        if declared.rule(name) is None:
            place = "on the field" if declared.name in ROOTS else "on the field or its type"
            yield f"{where} has neither @auth nor @public {place}"


def _costs(types: Mapping[str, Declared]) -> Iterator[str]:
    for declared, name, field in selectable(types):
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
        for path in cost.slicing:
            if path.split(".")[0] not in arguments:
                yield f"{where} is sliced by {path}, which is no argument of the field"
