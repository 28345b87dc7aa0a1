"""Every field of the platform's schema, for every kind of caller, as its directive declares.

The schema is the real one; its resolvers are stand-ins that count, one for every field, so that
whatever is refused or served is the engine's doing.
"""

from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing
from typing import Any

import msgspec
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
)

from rustok.app.web.graphql import parts
from rustok.core.modules.registry import Modules, installed
from rustok.gql import (
    STAFF,
    Caller,
    Engine,
    Operation,
    Part,
    Resolvers,
    Result,
    Rule,
    Schema,
    compose,
)
from rustok.gql.subscribing import subscribe

ROOTS = {"Query": "query", "Mutation": "mutation", "Subscription": "subscription"}
VALUES = {"Int": 1, "Float": 1.5, "Boolean": True, "String": "text", "ID": "id"}
LITERALS = {"Int": "1", "Float": "1.5", "Boolean": "true", "JSON": "{}"}
ENOUGH = msgspec.structs.replace(STAFF, depth=60, cost=10**9)
Coordinate = tuple[str, str]
Visit = tuple[str, tuple[str, ...], frozenset[Coordinate]]


class StandIns:
    """The platform's types on an engine whose every field counts and answers by its type."""

    def __init__(self, modules: Modules) -> None:
        self.real = compose(parts(modules))
        self.ran: Counter[Coordinate] = Counter()
        resolvers = Resolvers()
        for kind in self.real.core.type_map.values():
            if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
                for name, field in kind.fields.items():
                    resolvers.field(kind.name, name)(self.stand_in((kind.name, name), field))
                    if kind.name == "Subscription":
                        resolvers.subscription(name)(self.source)
            elif isinstance(kind, GraphQLScalarType) and kind.name not in VALUES:
                resolvers.scalar(kind.name, serialize=str, parse=str)
        self.engine = Engine(
            compose([*sources(modules), Part(name="stand-ins", sdl="", resolvers=resolvers)]),
            on_error=lambda error, path: pytest.fail(f"{path}: {error}"),
        )

    def stand_in(self, coordinate: Coordinate, field: GraphQLField) -> Callable[..., Any]:
        def resolve(root: object, info: object, **arguments: object) -> Any:
            self.ran[coordinate] += 1
            return self.value(field.type)

        return resolve

    async def source(
        self, _root: object, _info: object, **_arguments: object
    ) -> AsyncIterator[None]:
        self.ran[("Subscription", "")] += 1
        yield None

    def value(self, kind: Any) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type)
        if isinstance(kind, GraphQLList):
            return [self.value(kind.of_type)]
        if isinstance(kind, GraphQLEnumType):
            return next(iter(kind.values))
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            return {"__typename": self.real.core.get_possible_types(kind)[0].name}
        return VALUES.get(kind.name, "text") if isinstance(kind, GraphQLScalarType) else {}

    async def run(self, query: str, caller: Caller) -> Any:
        """The answer, of a subscription the one to its first event."""
        self.ran.clear()
        operation = Operation(query=query)
        if not query.startswith("subscription"):
            return await self.engine.execute(operation, context=None, caller=caller)
        answers = await subscribe(self.engine, operation, Listening(caller=caller))
        if isinstance(answers, Result):
            return answers
        async with aclosing(answers):
            return await anext(answers)


class Listening(msgspec.Struct, frozen=True):
    """Somebody who stays who they are."""

    caller: Caller

    def context(self) -> None:
        return None


def sources(modules: Modules) -> Iterator[Part]:
    """The parts without what they registered."""
    for part in parts(modules):
        yield Part(name=part.name, sdl=part.sdl)


class Probe(msgspec.Struct, frozen=True):
    """A query for one field, and the rules of all the fields that it selects."""

    coordinate: Coordinate
    query: str
    rules: Mapping[Coordinate, Rule]

    @property
    def permissions(self) -> frozenset[str]:
        return frozenset(rule.permission for rule in self.rules.values() if rule.permission)

    @property
    def guarded(self) -> bool:
        return not all(rule.public for rule in self.rules.values())


def probes(schema: Schema) -> Iterator[Probe]:
    """One for each field of each object type, over the way that asks for the least."""
    for kind, steps, selected in reached(schema):
        found = schema.core.type_map[kind]
        assert isinstance(found, GraphQLObjectType)
        for name, field in found.fields.items():
            coordinate = (kind, name)
            rules = {one: schema.rules[one] for one in {*selected, coordinate}}
            yield Probe(coordinate, written((*steps, selection(name, field))), rules)


def reached(schema: Schema) -> Iterator[Visit]:
    """Each object type with the selections that lead there, fewest guarded fields first."""
    waiting: deque[Visit] = deque((root, (word,), frozenset()) for root, word in ROOTS.items())
    seen: set[str] = set()
    while waiting:
        kind, steps, selected = waiting.popleft()
        if kind in seen:
            continue
        seen.add(kind)
        yield kind, steps, selected
        found = schema.core.type_map[kind]
        assert isinstance(found, GraphQLObjectType)
        for name, field in found.fields.items():
            rule = schema.rules[(kind, name)]
            following = get_named_type(field.type)
            for target in possible(schema, following):
                step = f"{name}{arguments(field.args)}"
                narrowed = (step,) if target == following.name else (step, f"... on {target}")
                visit = (target, (*steps, *narrowed), selected | {(kind, name)})
                if rule.public:
                    waiting.appendleft(visit)
                else:
                    waiting.append(visit)


def possible(schema: Schema, kind: Any) -> list[str]:
    if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        return [one.name for one in schema.core.get_possible_types(kind)]
    return [kind.name] if isinstance(kind, GraphQLObjectType) else []


def written(steps: tuple[str, ...]) -> str:
    *outer, last = steps
    return " { ".join(outer) + " { " + last + " }" * len(outer)


def selection(name: str, field: GraphQLField) -> str:
    inner = " { __typename }" if is_composite_type(get_named_type(field.type)) else ""
    return f"{name}{arguments(field.args)}{inner}"


def arguments(fields: Mapping[str, Any]) -> str:
    given = required(fields)
    return f"({given})" if given else ""


def required(fields: Mapping[str, Any]) -> str:
    return " ".join(
        f"{name}: {literal(field.type.of_type)}"
        for name, field in fields.items()
        if isinstance(field.type, GraphQLNonNull)
    )


def literal(kind: Any) -> str:
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type)
    if isinstance(kind, GraphQLList):
        return f"[{literal(kind.of_type)}]"
    if isinstance(kind, GraphQLEnumType):
        return str(next(iter(kind.values)))
    if isinstance(kind, GraphQLInputObjectType):
        return f"{{{required(kind.fields)}}}"
    return LITERALS.get(kind.name, '"2026-01-01T00:00:00Z"')


def signed_in(permissions: frozenset[str]) -> Caller:
    return Caller(authenticated=True, allowed=permissions.__contains__, limits=ENOUGH)


@pytest.fixture(scope="module")
def stand_ins() -> StandIns:
    return StandIns(installed())


@pytest.fixture(scope="module")
def every(stand_ins: StandIns) -> list[Probe]:
    return list(probes(stand_ins.real))


def refusals(result: Any) -> dict[str, str]:
    """What was refused, by field."""
    return {problem.extensions.get("field"): problem.code for problem in result.errors}


def test_every_field_is_probed(stand_ins: StandIns, every: list[Probe]) -> None:
    objects = {
        (kind, name)
        for kind, name in stand_ins.real.rules
        if isinstance(stand_ins.real.core.type_map[kind], GraphQLObjectType)
    }
    assert {probe.coordinate for probe in every} == objects
    assert len(every) > 300
    assert sum(not probe.rules[probe.coordinate].public for probe in every) > 100


async def test_the_anonymous_are_served_what_is_public_and_told_to_sign_in_for_the_rest(
    stand_ins: StandIns, every: list[Probe]
) -> None:
    for probe in every:
        result = await stand_ins.run(probe.query, Caller(limits=ENOUGH))
        guarded = {".".join(one) for one, rule in probe.rules.items() if not rule.public}
        assert refusals(result) == dict.fromkeys(guarded, "UNAUTHENTICATED"), probe.query
        assert_ran(stand_ins, probe, result, served=not probe.guarded)


async def test_a_customer_is_refused_what_needs_a_permission(
    stand_ins: StandIns, every: list[Probe]
) -> None:
    for probe in every:
        result = await stand_ins.run(probe.query, signed_in(frozenset()))
        needing = {".".join(one) for one, rule in probe.rules.items() if rule.permission}
        assert refusals(result) == dict.fromkeys(needing, "FORBIDDEN"), probe.query
        assert_ran(stand_ins, probe, result, served=not needing)


async def test_staff_who_hold_all_but_one_permission_are_refused_what_needs_that_one(
    stand_ins: StandIns, every: list[Probe]
) -> None:
    everything = {rule.permission for rule in stand_ins.real.rules.values() if rule.permission}
    for probe in every:
        for lacked in probe.permissions:
            result = await stand_ins.run(probe.query, signed_in(frozenset(everything - {lacked})))
            needing = {
                ".".join(one) for one, rule in probe.rules.items() if rule.permission == lacked
            }
            assert refusals(result) == dict.fromkeys(needing, "FORBIDDEN"), probe.query
            assert_ran(stand_ins, probe, result, served=False)


async def test_the_permissions_declared_are_all_it_takes(
    stand_ins: StandIns, every: list[Probe]
) -> None:
    for probe in every:
        result = await stand_ins.run(probe.query, signed_in(probe.permissions))
        assert result.errors == (), probe.query
        assert_ran(stand_ins, probe, result, served=True)


def assert_ran(stand_ins: StandIns, probe: Probe, result: Any, *, served: bool) -> None:
    if served:
        assert stand_ins.ran[probe.coordinate] == 1
    else:
        assert not result.executed
        assert stand_ins.ran.total() == 0
