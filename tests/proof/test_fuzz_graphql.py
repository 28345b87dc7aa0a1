"""Whatever operation fits the schema, or nearly does, is answered or refused, and never fails."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import graphql
import httpx
import pytest
from graphql import ArgumentNode, DocumentNode, StringValueNode, visit
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import Mode, from_schema

from rustok import gql
from rustok.app.web.graphql import parts
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.testing.operations import error_codes
from tests.api.callers import Caller, administrator
from tests.proof.one_of_each import one_of_each, one_of_the_log

MALFORMED = {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}
ENDINGS = {"sessionDelete", "sessionDeleteAll"}
JSON = [graphql.parse_value(text) for text in ("{}", '{a: "b"}', "{a: {b: [null]}}", "[1]", '""')]


class KnownIds(graphql.Visitor):
    """Lets arguments that name a thing name one that is there."""

    def __init__(self, ids: dict[str, str]) -> None:
        super().__init__()
        self._ids = ids

    def enter_argument(self, node: ArgumentNode, *_: Any) -> Any:
        """Replaces the argument's value, whatever it is."""
        known = self._ids.get(node.name.value)
        if known is None:
            return None
        return ArgumentNode(name=node.name, value=StringValueNode(value=known))


@pytest.fixture
async def admin(client: httpx.AsyncClient, host: Host, ctx: Context) -> Caller:
    """The tenant's administrator."""
    return await administrator(client, host, ctx)


class Fuzzer:
    """Sends generated operations from a thread to the application in the event loop."""

    def __init__(
        self, client: httpx.AsyncClient, ids: dict[str, str], headers: dict[str, str]
    ) -> None:
        self._client = client
        self._ids = ids
        self._headers = headers
        self._loop = asyncio.get_running_loop()
        self.codes: set[str] = set()

    def send(self, document: str) -> set[str]:
        """Runs the operation; the codes of what went wrong in it."""
        body = {"query": document}
        sending = self._client.post("/graphql", json=body, headers=self._headers)
        answer = asyncio.run_coroutine_threadsafe(sending, self._loop).result(timeout=30)
        assert answer.status_code < 500, document
        codes = error_codes(answer)
        assert "INTERNAL" not in codes, (document, answer.text)
        assert codes or answer.json()["data"] is not None
        self.codes |= codes
        return codes

    def print_with_ids(self, field: str) -> Callable[[DocumentNode], str]:
        """Prints documents, with ids of things that are there where the field takes them."""
        kind = next((kind for kind in self._ids if field.startswith(kind)), "product")
        own = {"id": self._ids[kind], "product": self._ids["product"], "userId": self._ids["user"]}
        return lambda document: graphql.print_ast(visit(document, KnownIds(own)))

    def try_field(self, schema: graphql.GraphQLSchema, field: str, examples: int) -> None:
        """Sends operations on the field: about anything, about what is there, and broken ones."""

        def fitting(document: str) -> None:
            codes = self.send(document)
            assert not codes & MALFORMED, document

        def broken(document: str) -> None:
            self.send(document)

        def operations(**how: Any) -> st.SearchStrategy[Any]:
            scalars = {"JSON": st.sampled_from(JSON)}
            return from_schema(schema, fields=[field], custom_scalars=scalars, **how)

        limit = limited(examples)
        limit(given(operations())(fitting))()
        limit(given(operations(print_ast=self.print_with_ids(field)))(fitting))()
        if any(field in root.fields and root.fields[field].args for root in roots(schema)):
            limit(given(operations(mode=Mode.NEGATIVE))(broken))()


def camel(name: str) -> str:
    """The name as fields of GraphQL begin with it."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def limited(examples: int) -> settings:
    """The same cases in every run."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


async def test_no_operation_fails(
    client: httpx.AsyncClient,
    host: Host,
    admin: Caller,
    settle: Callable[[], Awaitable[None]],
) -> None:
    known = await one_of_each(admin)
    known |= await one_of_the_log(host, admin)
    await settle()
    composed = gql.compose(parts(host.modules))
    ids = {camel(name.removesuffix("_id")): value for name, value in known.items()}
    fuzzer = Fuzzer(client, ids, admin.headers)
    for field in root_fields(composed):
        await asyncio.to_thread(fuzzer.try_field, composed.core, field, 3)
    await settle()


def test_every_mutation_can_answer_with_user_errors_alone(host: Host) -> None:
    mutations = gql.compose(parts(host.modules)).core.mutation_type
    assert mutations is not None
    for name, mutation in mutations.fields.items():
        payload = graphql.get_named_type(mutation.type)
        assert isinstance(payload, graphql.GraphQLObjectType)
        must = {
            key for key, field in payload.fields.items() if graphql.is_non_null_type(field.type)
        }
        assert must == {"userErrors"}, name


def root_fields(schema: gql.Schema) -> list[str]:
    """Every field of queries and mutations: those that take something away come last."""
    names = [name for root in roots(schema.core) for name in root.fields]
    return sorted(names, key=lambda name: (name in ENDINGS, "Delete" in name))


def roots(schema: graphql.GraphQLSchema) -> list[graphql.GraphQLObjectType]:
    """The types whose fields operations begin with."""
    return [root for root in (schema.query_type, schema.mutation_type) if root is not None]
