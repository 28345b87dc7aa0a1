"""Subscriptions: composed, refused, streamed, and equal to graphql-core's own."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from graphql import ExecutionResult, parse
from graphql import subscribe as subscribe_by_library

from rustok.core.feed import Topic
from rustok.core.graphql import changes, graph
from rustok.gql import (
    ANONYMOUS,
    Answers,
    Caller,
    Engine,
    Info,
    Limits,
    Operation,
    Part,
    Resolvers,
    Result,
    SchemaError,
    compose,
    subscribe,
)

SDL = """
extend type Query { ok: Int @public }
extend type Subscription {
  counted(to: Int!, failAt: Int): Count! @public @cost(value: 7)
  doubled(to: Int!): Int! @public
  told: Int! @auth(permission: "told:read")
  refused: Int @public
  unstreamed: Int @public
  endless: Int @public
}
type Count @public { number: Int! evenOnly: Int! secret: Int @auth(permission: "secret:read") }
"""


class Expected(Exception):
    code = "EXPECTED"
    message = "As foreseen."


class Count(msgspec.Struct, frozen=True):
    number: int
    secret: int = 7

    @property
    def even_only(self) -> int:
        if self.number % 2:
            raise Expected
        return self.number


class Source:
    """What the sources did, and the engine they belong to."""

    def __init__(self) -> None:
        self.contexts: list[object] = []
        self.closed: list[str] = []
        self.resolvers = Resolvers()
        self.resolvers.bind("Count", Count)
        self.resolvers.field("Query", "ok")(lambda _root, _info: 1)
        self._register()
        self.part = Part(name="counting", sdl=SDL, resolvers=self.resolvers)
        self.schema = compose([self.part])
        self.engine = Engine(self.schema, on_error=lambda _error, _path: None)

    def _register(self) -> None:
        subscription = self.resolvers.subscription

        @subscription("counted")
        async def counted(
            _root: object, info: Info, to: int, fail_at: int | None = None
        ) -> AsyncIterator[Count]:
            try:
                for number in range(to):
                    if number == fail_at:
                        raise Expected
                    yield Count(number)
            finally:
                self.closed.append("counted")

        @subscription("doubled")
        async def doubled(_root: object, info: Info, to: int) -> AsyncIterator[int]:
            for number in range(to):
                yield number

        @self.resolvers.field("Subscription", "doubled")
        async def double(number: int, info: Info, to: int) -> int:
            self.contexts.append(info.context)
            return number * 2

        @subscription("told")
        async def told(_root: object, info: Info) -> AsyncIterator[int]:
            for number in range(3):
                yield number

        @subscription("refused")
        async def refused(_root: object, info: Info) -> AsyncIterator[int]:
            raise Expected

        @subscription("unstreamed")
        async def unstreamed(_root: object, info: Info) -> Any:
            return 3

        @subscription("endless")
        async def endless(_root: object, info: Info) -> AsyncIterator[int]:
            try:
                while True:
                    yield 1
                    await asyncio.Event().wait()
            finally:
                self.closed.append("endless")


class Listener:
    def __init__(self, *permissions: str, limits: Limits = ANONYMOUS) -> None:
        self.caller = Caller(
            authenticated=bool(permissions),
            allowed=frozenset(permissions).__contains__,
            limits=limits,
        )
        self.contexts: list[object] = []

    def context(self) -> object:
        self.contexts.append(object())
        return self.contexts[-1]


@pytest.fixture
def source() -> Source:
    return Source()


async def begin(source: Source, query: str, listener: Listener, **given: Any) -> Answers | Result:
    operation = Operation(query=query, variables=given)
    return await subscribe(source.engine, operation, listener)


async def answers(source: Source, query: str, listener: Listener, **given: Any) -> list[Result]:
    begun = await begin(source, query, listener, **given)
    assert not isinstance(begun, Result), begun
    return [answer async for answer in begun]


async def refusal(source: Source, query: str, listener: Listener, **given: Any) -> str:
    begun = await begin(source, query, listener, **given)
    assert isinstance(begun, Result)
    assert not begun.executed
    return begun.errors[0].code


async def test_each_event_is_answered_by_the_plan_with_a_context_of_its_own(source: Source) -> None:
    listener = Listener()
    found = await answers(source, "subscription { twice: doubled(to: 3) }", listener)
    assert [one.data for one in found] == [{"twice": 0}, {"twice": 2}, {"twice": 4}]
    assert source.contexts == listener.contexts[1:]
    assert len({id(one) for one in listener.contexts}) == 4
    assert not source.engine.counts.uncompiled


async def test_the_answer_carries_its_cost_and_too_much_of_it_is_refused(source: Source) -> None:
    query = "subscription { counted(to: 1) { number } }"
    (found,) = await answers(source, query, Listener())
    assert found.extensions["cost"]["requestedQueryCost"] == 7
    assert await refusal(source, query, Listener(limits=Limits(cost=6))) == "QUERY_TOO_COMPLEX"


async def test_an_error_of_a_field_is_one_answers_alone(source: Source) -> None:
    found = await answers(source, "subscription { counted(to: 3) { evenOnly } }", Listener())
    assert [one.data for one in found] == [{"counted": {"evenOnly": 0}}, None, found[2].data]
    assert found[1].executed
    assert found[1].errors[0].path == ("counted", "evenOnly")


async def test_a_source_that_fails_ends_the_stream_with_its_error(source: Source) -> None:
    query = "subscription { counted(to: 9, failAt: 2) { number } }"
    found = await answers(source, query, Listener())
    assert [one.executed for one in found] == [True, True, False]
    assert found[-1].errors[0].code == "EXPECTED"
    assert source.closed == ["counted"]


async def test_who_closes_the_stream_closes_its_source(source: Source) -> None:
    begun = await begin(source, "subscription { endless }", Listener())
    assert not isinstance(begun, Result)
    assert (await anext(begun)).data == {"endless": 1}
    await begun.aclose()
    assert source.closed == ["endless"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { refused }", "EXPECTED"),
        ("subscription { unstreamed }", "INTERNAL"),
        ("subscription { told }", "UNAUTHENTICATED"),
        ("subscription { counted(to: 1) { secret } }", "UNAUTHENTICATED"),
        ("subscription { doubled(to: 1) endless }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription ($to: Int!) { doubled(to: $to) }", "BAD_USER_INPUT"),
    ],
)
async def test_what_cannot_begin_is_refused(source: Source, query: str, code: str) -> None:
    listener = Listener()
    if code in {"EXPECTED", "INTERNAL"}:
        begun = await begin(source, query, listener)
        found = begun if isinstance(begun, Result) else await anext(begun)
        assert not found.executed
        assert found.errors[0].code == code
    else:
        assert await refusal(source, query, listener) == code


async def test_a_right_that_is_lost_ends_the_stream(source: Source) -> None:
    listener = Listener("told:read")
    begun = await begin(source, "subscription { told }", listener)
    assert not isinstance(begun, Result)
    assert (await anext(begun)).data == {"told": 0}
    listener.caller = Listener("other:read").caller
    assert (await anext(begun)).errors[0].code == "FORBIDDEN"
    assert [one async for one in begun] == []


async def test_without_a_stream_a_subscription_is_refused(source: Source) -> None:
    for read_only, code in ((False, "SUBSCRIPTION_NEEDS_STREAM"), (True, "METHOD_NOT_ALLOWED")):
        operation = Operation(query="subscription { endless }", read_only=read_only)
        result = await source.engine.execute(operation, context=None, caller=Caller())
        assert [problem.code for problem in result.errors] == [code]
    assert source.closed == []


async def test_by_get_one_may_subscribe_but_not_change_anything(source: Source) -> None:
    operation = Operation(query="subscription { doubled(to: 1) }", read_only=True)
    begun = await subscribe(source.engine, operation, Listener())
    assert not isinstance(begun, Result)
    assert [one.data async for one in begun] == [{"doubled": 0}]


@pytest.mark.parametrize(
    "query",
    [
        "subscription { counted(to: 4) { number number evenOnly __typename } }",
        "subscription ($to: Int! = 2) { counted(to: $to) { number @skip(if: true) evenOnly } }",
        "subscription { ...a } fragment a on Subscription { all: counted(to: 2) { number } }",
        "subscription { counted(to: 0) { number } }",
        "subscription { unstreamed }",
    ],
)
async def test_answers_are_graphql_cores(source: Source, query: str) -> None:
    assert await ours(source, query) == await theirs(source, query)


async def ours(source: Source, query: str) -> list[tuple[Any, list[Any]]]:
    begun = await begin(source, query, Listener())
    found = [begun] if isinstance(begun, Result) else [one async for one in begun]
    return [
        (one.data if one.executed else None, [list(error.path) for error in one.errors])
        for one in found
    ]


async def theirs(source: Source, query: str) -> list[tuple[Any, list[Any]]]:
    found: Sequence[ExecutionResult]
    document = parse(query)
    begun: Any = subscribe_by_library(source.schema.core, document)
    if not isinstance(begun, ExecutionResult) and not hasattr(begun, "__aiter__"):
        begun = await begun
    found = [begun] if isinstance(begun, ExecutionResult) else [one async for one in begun]
    return [(one.data, [error.path or [] for error in one.errors or ()]) for one in found]


def test_a_field_without_a_source_and_a_source_without_a_field_are_reported() -> None:
    resolvers = Resolvers()
    resolvers.field("Query", "ok")(lambda _root, _info: 1)

    @resolvers.subscription("gone")
    async def gone(_root: object, _info: Info) -> AsyncIterator[int]:
        yield 1

    @resolvers.subscription("wrong")
    async def wrong(_root: object, _info: Info, extra: int) -> AsyncIterator[str | None]:
        yield None

    sdl = """
    extend type Query { ok: Int @public }
    extend type Subscription { silent: Int @public wrong(id: ID): Int! open: Int }
    """
    with pytest.raises(SchemaError) as caught:
        compose([Part(name="p", sdl=sdl, resolvers=resolvers)])
    report = "\n".join(caught.value.report)
    for expected in (
        "Subscription.silent has no source of events",
        "source of Subscription.gone has no such field",
        "source of Subscription.wrong does not take the argument id",
        "source of Subscription.wrong wants extra",
        "field Subscription.wrong is Int!, but what its source yields may be None",
        "field Subscription.open has neither @auth nor @public on the field",
    ):
        assert expected in report


def test_a_part_that_is_off_takes_its_subscriptions_along(source: Source) -> None:
    resolvers = Resolvers()
    resolvers.field("Query", "still")(lambda _root, _info: 1)
    other = Part(name="other", sdl="extend type Query { still: Int @public }", resolvers=resolvers)
    schema = compose([source.part, other])
    engine = Engine(schema, on_error=lambda _error, _path: None)
    caller = Caller(disabled=frozenset({"counting"}))
    refused = engine.grant(Operation(query="subscription { told }"), caller, streams=True)
    assert isinstance(refused, Result)
    assert refused.errors[0].code == "MODULE_DISABLED"
    assert schema.without(frozenset({"counting"})).core.subscription_type is None


def test_the_guides_own_subscription_composes_and_is_checked() -> None:
    guide = Path(__file__).resolve().parents[2] / "docs" / "graphql-subscriptions.md"
    blocks = re.findall(
        r"^```(\w+)\n(.*?)^```$", guide.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    (sdl,) = [text for kind, text in blocks if kind == "graphql" and "extend type" in text]
    (program,) = [text for kind, text in blocks if kind == "python"]
    resolvers = Resolvers()
    resolvers.field("Query", "ok")(lambda _root, _info: 1)
    resolvers.bind("Review", Review)
    given: dict[str, Any] = {
        "AsyncIterator": AsyncIterator,
        "Info": Info,
        "Review": Review,
        "ReviewQueries": object,
        "Topic": Topic,
        "changes": changes,
        "graph": graph,
        "resolvers": resolvers,
    }
    exec(program, given)
    types = "extend type Query { ok: Int @public } type Review @public { stars: Int! }"
    schema = compose([Part(name="reviews", sdl=sdl + types, resolvers=resolvers)])
    assert list(schema.core.type_map["Subscription"].fields) == ["reviewPosted"]  # type: ignore[attr-defined]  # a root is an object


class Review(msgspec.Struct, frozen=True):
    stars: int
