"""What is known of a run with certain variables is kept, and never given to another one."""

from typing import Any

import pytest

from rustok import gql
from rustok.gql.preparation import READY

SDL = """
extend type Query {
  echo(n: Float, text: String, flag: Boolean): String @public
  joined(ids: [String!]): String @public
  page(first: Int): [String!]! @cost(slicing: ["first"]) @public
}
"""


def echo(_root: object, _info: object, **given: Any) -> str:
    return repr(sorted(given.items()))


def joined(_root: object, _info: object, ids: list[str] | None = None) -> str:
    assert ids is not None
    ids.append("changed")  # its own list, whatever it does to it
    return ",".join(ids)


def page(_root: object, _info: object, first: int | None = None) -> list[str]:
    return ["x"] * (first or 0)


@pytest.fixture
def engine() -> gql.Engine:
    resolvers = gql.Resolvers()
    resolvers.field("Query", "echo")(echo)
    resolvers.field("Query", "joined")(joined)
    resolvers.field("Query", "page")(page)
    part = gql.Part(name="shop", sdl=SDL, resolvers=resolvers)
    return gql.Engine(gql.compose([part]), on_error=lambda *error: pytest.fail(f"{error}"))


ECHO = "query ($n: Float, $text: String, $flag: Boolean) { echo(n: $n, text: $text, flag: $flag) }"


def granted(engine: gql.Engine, query: str, variables: dict[str, Any]) -> gql.Granted:
    found = engine.grant(gql.Operation(query=query, variables=variables), gql.Caller())
    assert isinstance(found, gql.Granted), found
    return found


async def run(
    engine: gql.Engine,
    query: str,
    variables: dict[str, Any],
    limits: gql.Limits = gql.ANONYMOUS,
) -> Any:
    return await engine.execute(
        gql.Operation(query=query, variables=variables),
        context=None,
        caller=gql.Caller(limits=limits),
    )


def test_the_same_variables_are_looked_at_once(engine: gql.Engine) -> None:
    first = granted(engine, ECHO, {"n": 1, "text": "a"})
    assert granted(engine, ECHO, {"n": 1, "text": "a"}).ready is first.ready
    assert granted(engine, ECHO, {"n": 1, "text": "b"}).ready is not first.ready


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"n": 1.0}, {"n": 2.0}),
        ({"n": 1.0}, {}),
        ({"n": None}, {}),
        ({"text": "1"}, {"text": "2"}),
        ({"text": ""}, {"text": None}),
        ({"flag": True}, {"flag": False}),
        ({"n": 1.0, "text": "n"}, {"text": "n"}),
    ],
)
async def test_other_variables_have_their_own_answer(
    engine: gql.Engine, first: dict[str, Any], second: dict[str, Any]
) -> None:
    for variables in (first, second, first, second):
        result = await run(engine, ECHO, variables)
        assert result.data == {"echo": repr(sorted(variables.items()))}


@pytest.mark.parametrize("wrong", [{"flag": 1}, {"flag": "true"}, {"n": True}, {"text": 1}])
async def test_what_is_equal_in_python_only_is_refused_as_ever(
    engine: gql.Engine, wrong: dict[str, Any]
) -> None:
    for variables in ({"flag": True}, {"n": 1}, {"n": 1.0}, {"text": "1"}):
        assert (await run(engine, ECHO, variables)).errors == ()
    (problem,) = (await run(engine, ECHO, wrong)).errors
    assert problem.code == "BAD_USER_INPUT"


async def test_what_a_resolver_can_change_is_its_own(engine: gql.Engine) -> None:
    by_variable = "query ($ids: [String!]) { joined(ids: $ids) }"
    by_default = 'query ($ids: [String!] = ["a"]) { joined(ids: $ids) }'
    for _ in range(3):
        assert (await run(engine, by_variable, {"ids": ["a"]})).data == {"joined": "a,changed"}
        assert (await run(engine, by_default, {})).data == {"joined": "a,changed"}


async def test_a_smaller_page_holds_for_whom_it_is_meant(engine: gql.Engine) -> None:
    query = "query ($first: Int) { page(first: $first) }"
    assert (await run(engine, query, {"first": 20})).errors == ()
    (problem,) = (await run(engine, query, {"first": 20}, gql.Limits(page=10))).errors
    assert problem.extensions["limit"] == "page"
    assert (await run(engine, query, {"first": 20})).errors == ()


def test_no_more_is_kept_than_there_is_room_for(engine: gql.Engine) -> None:
    kept = granted(engine, ECHO, {"n": 0}).prepared
    for number in range(3 * READY):
        granted(engine, ECHO, {"n": number})
    granted(engine, ECHO, {"text": "x" * 1_000})
    assert granted(engine, ECHO, {"n": 0}).prepared is kept
    assert len(kept._ready) <= READY
