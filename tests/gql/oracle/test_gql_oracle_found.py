"""What comparing has found, each as small as it became."""

import asyncio
import gc
import json
import keyword
from typing import Any

import msgspec
import pytest
from graphql import ExecutionResult, GraphQLSchema, Undefined, build_schema, execute, parse

from rustok.gql import (
    Caller,
    Engine,
    Operation,
    Part,
    Resolvers,
    compiler,
    compose,
    stored,
)
from tests.gql.oracle.comparison import described
from tests.gql.oracle.running import Answer

TAKEN = ("value", "source", "get", "listed", "isfinite", "Irregular", "Attributes", "Stored")


def both(schema: GraphQLSchema, text: str, root: Any, **variables: Any) -> list[ExecutionResult]:
    """What graphql-core and the compiler answer."""
    document = parse(text)
    answers = [
        run(schema, document, root, variable_values=variables)
        for run in (execute, compiler.execute)
    ]
    results = [answer for answer in answers if isinstance(answer, ExecutionResult)]
    assert len(results) == len(answers)
    return results


def errors(result: ExecutionResult) -> list[str]:
    return described(Answer(result, None, ()))


def test_a_wrong_argument_of_a_field_that_is_only_read_is_an_error() -> None:
    schema = build_schema('type Query { title(in: String! = "en"): String }')
    text = "query ($in: String) { title(in: $in) }"

    expected, actual = both(schema, text, {"title": "Clog"}, **{"in": None})

    assert actual.data == expected.data == {"title": None}
    assert errors(actual) == errors(expected) != []


@pytest.mark.parametrize("name", [*keyword.kwlist, *TAKEN])
def test_a_field_may_be_called_as_python_calls_something_else(name: str) -> None:
    schema = build_schema(
        "type Query { sizes: [Float] names: [Thing] } type Thing { name: String }"
    )
    text = f"{{ {name}: sizes names {{ {name}: name }} }}"

    expected, actual = both(schema, text, {"sizes": (1.5, None), "names": [{"name": "x"}]})

    assert actual == expected == ({name: [1.5, None], "names": [{name: "x"}]}, None)


def test_an_undefined_object_is_null_even_if_nothing_is_read_from_it() -> None:
    schema = build_schema("type Query { thing: Thing } type Thing { name: String }")

    expected, actual = both(schema, "{ thing { __typename } }", {"thing": Undefined})

    assert actual == expected == ({"thing": None}, None)


def test_a_chain_of_fragments_is_no_deeper_than_graphql_core_can_follow() -> None:
    schema = build_schema("type Query { name: String }")
    links = 3000
    chain = "".join(f"fragment F{n} on Query {{ ...F{n + 1} }} " for n in range(links))
    text = f"{{ ...F0 }} {chain} fragment F{links} on Query {{ name }}"

    expected, actual = both(schema, text, {"name": "end"})

    assert actual.data is expected.data is None
    assert errors(actual) == errors(expected) != []


class Shoe(msgspec.Struct, frozen=True):
    id: str
    body: str


class Hat(msgspec.Struct, frozen=True):
    id: str


async def test_a_stored_document_behind_an_interface_is_of_its_class() -> None:
    resolvers = Resolvers()
    resolvers.bind("Shoe", Shoe, stored=True)
    resolvers.bind("Hat", Hat)
    things = [stored(Shoe, b'{"id":"1","body":"Clog"}'), Hat("2"), Shoe("3", "Boot")]
    resolvers.field("Query", "nodes")(lambda _root, _info: things)
    sdl = """
        interface Node @public { id: ID! }
        type Shoe implements Node @public { id: ID! body: String! }
        type Hat implements Node @public { id: ID! }
        extend type Query { nodes: [Node]! @public }
    """
    part = Part(name="things", sdl=sdl, resolvers=resolvers)
    engine = Engine(compose([part]), on_error=lambda _error, _path: None)
    query = "{ nodes { __typename id ... on Shoe { body } } }"

    result = await engine.execute(Operation(query=query), context=None, caller=Caller())

    assert json.loads(msgspec.json.encode(result.body()))["data"]["nodes"] == [
        {"__typename": "Shoe", "id": "1", "body": "Clog"},
        {"__typename": "Hat", "id": "2"},
        {"__typename": "Shoe", "id": "3", "body": "Boot"},
    ]


async def test_arguments_stay_with_their_field_when_the_plan_has_gone() -> None:
    schema = build_schema(
        """
        type Query { first(of: String): Thing second(of: String): Thing }
        interface Thing { name(in: String): String }
        type Book implements Thing { name(in: String): String }
        """
    )
    opened = asyncio.Event()

    class Root:
        async def first(self, _info: Any, **_given: str) -> Any:
            await opened.wait()
            return {"__typename": "Book", "name": lambda _info, **given: repr(given)}

        def second(self, _info: Any, **_given: str) -> Any:
            return None

    others = " ".join(f"o{n}: second(of: $other) {{ name }}" for n in range(50))
    names = " ".join(f"n{n}: name(in: $mine)" for n in range(50))
    text = f"query ($other: String, $mine: String) {{ first {{ {names} }} {others} }}"
    running = asyncio.ensure_future(
        _awaited(
            compiler.execute(
                schema, parse(text), Root(), variable_values={"other": "x", "mine": "y"}
            )
        )
    )
    await asyncio.sleep(0)
    gc.collect()
    opened.set()

    result = await running
    assert result.data is not None
    assert set(result.data["first"].values()) == {"{'in': 'y'}"}


async def _awaited(answer: Any) -> ExecutionResult:
    result = await answer
    assert isinstance(result, ExecutionResult)
    return result
