"""Whatever is sent to whichever route, the answer is one that the OpenAPI document describes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from rustok.core.context import Context
from rustok.core.host import Host
from rustok.testing.http import SignIn, bearer
from tests.api.callers import administrator
from tests.proof.one_of_each import one_of_each, one_of_the_log

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
METHODS = {"get", "patch", "put", "post", "delete"}
ENDINGS = {"/api/v1/auth/password", "/api/v1/auth/logout", "/api/v1/auth/logout-all"}
LARGE = {"/api/v1/admin/products/bulk"}
Operation = APIOperation[Any, Any, Any, Any]


class Fuzzer:
    """Sends generated requests from a thread to the application in the event loop."""

    def __init__(self, web: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self._web = web
        self.headers = headers
        self._loop = asyncio.get_running_loop()
        self.seen: dict[str, set[int]] = {}

    def call(self, case: Case[Any]) -> None:
        """Sends the case and compares the answer with what is documented."""
        given = case.as_transport_kwargs(base_url=str(self._web.base_url))
        headers = {**given["headers"], **self.headers}
        request = self._web.build_request(
            given["method"],
            given["url"],
            params=given.get("params"),
            json=given.get("json"),
            content=given.get("data"),
            headers={name.lower(): value.encode("latin-1") for name, value in headers.items()},
        )
        sending = asyncio.run_coroutine_threadsafe(self._web.send(request), self._loop)
        answer = sending.result(timeout=30)
        self.seen.setdefault(case.operation.label, set()).add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    def try_operation(self, operation: Operation, known: dict[str, str], examples: int) -> None:
        """Sends it what it takes, also for things that are there, and what it does not take."""
        limit = limited(1 if operation.path in LARGE else examples)
        limit(given(case=operation.as_strategy())(self.call))()
        ids = {p.name: known[p.name] for p in operation.path_parameters if p.name in known}
        if ids:
            limit(given(case=operation.as_strategy(path_parameters=ids))(self.call))()
        if operation.body or operation.query:
            negative = operation.as_strategy(GenerationMode.NEGATIVE)
            limit(given(case=negative)(self.call))()


def limited(examples: int) -> settings:
    """The same cases in every run; making them from large schemas takes its time."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


async def operations(web: httpx.AsyncClient) -> list[Operation]:
    """Every documented operation: those that take things away, or sign out, come last."""
    document = (await web.get("/api/openapi.json")).json()
    schema = schemathesis.openapi.from_dict(document)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    assert len(found) == sum(len(METHODS & item.keys()) for item in document["paths"].values())
    return sorted(found, key=lambda one: (one.path in ENDINGS, one.method == "delete"))


async def test_an_administrator_gets_only_documented_answers(
    host: Host,
    ctx: Context,
    client: httpx.AsyncClient,
    token: SignIn,
    settle: Callable[[], Awaitable[None]],
) -> None:
    admin = await administrator(client, host, ctx)
    known = await one_of_each(admin)
    known |= await one_of_the_log(host, admin)
    await settle()
    fuzzer = Fuzzer(client, admin.headers)
    all_of_them = await operations(client)
    for operation in all_of_them:
        if operation.path in ENDINGS:
            fuzzer.headers = bearer(await token(ctx))
        await asyncio.to_thread(fuzzer.try_operation, operation, known, 3)
    await settle()
    assert set(fuzzer.seen) == {operation.label for operation in all_of_them}
    for label, statuses in fuzzer.seen.items():
        if label.startswith("GET"):
            assert 200 in statuses, label


async def test_a_visitor_gets_only_documented_answers(client: httpx.AsyncClient) -> None:
    fuzzer = Fuzzer(client, {})
    for operation in await operations(client):
        await asyncio.to_thread(fuzzer.try_operation, operation, {}, 1)
        if "security" in operation.definition.raw:
            assert fuzzer.seen[operation.label] == {401}
