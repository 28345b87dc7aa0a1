"""GraphQL over HTTP, apart from any framework."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.gql import (
    ANONYMOUS,
    GRAPHQL_JSON,
    JSON,
    UNACCEPTABLE,
    Operation,
    Problem,
    Refused,
    Result,
    negotiate,
    parse_request,
    render,
)


def post(body: bytes | object, content_type: str | None = "application/json") -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return parse_request("POST", content_type, [], raw, ANONYMOUS)


def get(*parameters: tuple[str, str]) -> Any:
    return parse_request("GET", None, parameters, b"", ANONYMOUS)


def refusal(call: Any, *arguments: Any) -> Problem:
    with pytest.raises(Refused) as caught:
        call(*arguments)
    (problem,) = caught.value.problems
    assert isinstance(problem, Problem)
    return problem


def test_a_post_is_an_operation() -> None:
    assert post(
        {"query": "{ a }", "operationName": "A", "variables": {"n": [1, "ü"]}, "extensions": {}}
    ) == Operation(query="{ a }", operation_name="A", variables={"n": [1, "ü"]})
    nothing = {"query": "{ a }", "operationName": None, "variables": None, "extensions": None}
    assert post(nothing, 'Application/JSON; Charset="UTF-8"') == Operation(query="{ a }")


def test_a_get_may_only_read() -> None:
    operation = get(("query", "{ a }"), ("variables", '{"n": 1}'), ("operationName", "A"))
    assert operation == Operation(
        query="{ a }", variables={"n": 1}, operation_name="A", read_only=True
    )
    assert not post({"query": "{ a }"}).read_only


def test_an_array_is_a_batch() -> None:
    assert post([{"query": "{ a }"}, {"query": "{ b }"}]) == [
        Operation(query="{ a }"),
        Operation(query="{ b }"),
    ]


def test_a_batch_is_bounded_and_not_empty() -> None:
    problem = refusal(post, [{"query": "{ a }"}] * 1_000)
    assert problem.code == "QUERY_TOO_COMPLEX"
    assert problem.extensions == {"limit": "batch", "maximum": 10}
    assert refusal(post, []).code == "BAD_REQUEST"


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=latin-1",
        "text/plain; application/json",
    ],
)
def test_only_json_is_read(content_type: str | None) -> None:
    assert refusal(post, {"query": "{ a }"}, content_type).code == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PATCH", "get"])
def test_other_methods_are_refused(method: str) -> None:
    problem = refusal(parse_request, method, JSON, [], b"{}", ANONYMOUS)
    assert problem.code == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"3",
        b'"{ a }"',
        b'{"query": "\xff"}',
        b'{"query": "\\ud800"}',
        b'{"query": "{ a }", "query": "{ b }"}',
        b'{"query": "{ a }", "variables": {"n": 1, "n": 2}}',
        b'[{"query": "{ a }"}, {"query": "{ a }", "variables": {"i": [{"n": 1, "n": 2}]}}]',
        b'{"query": "{ a }"} {}',
        b'{"query": "{ a }", "variables": {"n": NaN}}',
        b'{"query": "{ a }", "variables": {"n": ' + b"9" * 5_000 + b"}}",
        b'{"query": "{ a }", "variables": {"n": ' + b"[" * 60_000 + b"]" * 60_000 + b"}}",
        b'\xef\xbb\xbf{"query": "{ a }"}',
    ],
)
def test_a_body_that_cannot_be_read_is_a_bad_request(body: bytes) -> None:
    assert refusal(post, body).code == "BAD_REQUEST"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"query": None},
        {"query": 1},
        {"query": ["{ a }"]},
        {"query": "{ a }", "variables": "{}"},
        {"query": "{ a }", "variables": [1]},
        {"query": "{ a }", "operationName": 1},
        {"query": "{ a }", "extensions": 1},
        [1],
        [[{"query": "{ a }"}]],
    ],
)
def test_a_body_of_wrong_types_is_a_bad_request(body: object) -> None:
    assert refusal(post, body).code == "BAD_REQUEST"


@pytest.mark.parametrize(
    "parameters",
    [
        [],
        [("query", "")],
        [("query", "{ a }"), ("query", "{ b }")],
        [("query", "{ a }"), ("variables", "[1]")],
        [("query", "{ a }"), ("variables", "{")],
        [("query", "{ a }"), ("variables", '{"n": 1, "n": 2}')],
        [("query", "{ a }"), ("extensions", '"x"')],
        [("query", "{ \udcff }")],
    ],
)
def test_a_get_that_cannot_be_read_is_a_bad_request(parameters: list[tuple[str, str]]) -> None:
    assert refusal(get, *parameters).code == "BAD_REQUEST"


KEYS = st.text(alphabet='a":\\ ', max_size=2)
SCALARS = st.text(alphabet='": {,', max_size=6).map(json.dumps) | st.sampled_from(["1", "null"])
Rendered = tuple[str, bool]


def objects(values: st.SearchStrategy[Rendered]) -> st.SearchStrategy[Rendered]:
    """Objects as text, and whether any of them has a key twice."""
    return st.lists(st.tuples(KEYS, st.sampled_from(["", " ", "\n\t"]), values), max_size=4).map(
        lambda members: (
            "{" + ",".join(f"{json.dumps(k)}{gap}:{v[0]}" for k, gap, v in members) + "}",
            len({k for k, _, _ in members}) < len(members) or any(v[1] for _, _, v in members),
        )
    )


def arrays(values: st.SearchStrategy[Rendered]) -> st.SearchStrategy[Rendered]:
    return st.lists(values, max_size=3).map(
        lambda items: ("[" + ",".join(i[0] for i in items) + "]", any(i[1] for i in items))
    )


VALUES = st.recursive(
    SCALARS.map(lambda text: (text, False)), lambda inner: objects(inner) | arrays(inner)
)


@given(objects(VALUES))
def test_a_key_twice_is_refused_wherever_it_is(variables: Rendered) -> None:
    text, repeated = variables
    body = f'{{"query": "{{ a(b: \\"c\\") }}", "variables" :{text}}}'.encode()
    if repeated:
        assert refusal(post, body).code == "BAD_REQUEST"
    else:
        assert post(body).variables == json.loads(text)


def test_a_large_body_is_refused_unread() -> None:
    assert refusal(post, b" " * 256_001).code == "PAYLOAD_TOO_LARGE"


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_body_whatever_raises_anything_else(body: bytes) -> None:
    try:
        operation = post(body)
    except Refused:
        return
    assert operation


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/graphql-response+json", GRAPHQL_JSON),
        ("Application/GraphQL-Response+JSON; charset=utf-8", GRAPHQL_JSON),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL_JSON),
        ("application/json, application/graphql-response+json", GRAPHQL_JSON),
        ("application/json, application/graphql-response+json;q=0.5", JSON),
        ("application/graphql-response+json;q=0, application/json", JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", JSON),
        ("text/html", None),
        ("application/json;q=0, */*", None),
        ("application/json;q=x", None),
    ],
)
def test_the_media_type_of_the_answer_is_negotiated(
    accept: str | None, media_type: str | None
) -> None:
    assert negotiate(accept) == media_type


async def test_statuses_follow_the_media_type(shop: Any) -> None:
    for document, modern in (
        ("{ related(first: 1) { id } }", 200),
        ("{ broken }", 200),
        ("{ nothing }", 400),
        ("{", 400),
        ("query ($n: Int!) { related(first: $n) { id } }", 400),
        ("{ related(first: 101) { id } }", 400),
        ("{ me { id } }", 401),
    ):
        result = await shop.run(document)
        assert render(result, GRAPHQL_JSON).status == modern
        assert render(result, JSON).status == 200
    forbidden = await shop.run("{ orders { id } }", permissions=set())
    assert render(forbidden, GRAPHQL_JSON).status == 403


def test_an_unusable_request_has_its_status_for_everyone() -> None:
    for content_type, body, status in (
        ("text/plain", b"{}", 415),
        (JSON, b"{", 400),
        (JSON, b" " * 300_000, 413),
    ):
        with pytest.raises(Refused) as caught:
            post(body, content_type)
        response = render(Result.refused(caught.value.problems, malformed=True), JSON)
        assert response.status == status
        assert list(json.loads(response.body)) == ["errors"]
    assert render(UNACCEPTABLE, JSON).status == 406


async def test_an_answer_is_json_of_the_negotiated_type(shop: Any) -> None:
    response = render(await shop.run("{ me { id } }"), GRAPHQL_JSON)
    assert response.headers == {
        "content-type": "application/graphql-response+json; charset=utf-8",
        "vary": "accept",
        "cache-control": "no-store",
        "www-authenticate": "Bearer",
    }
    body = json.loads(response.body)
    assert list(body) == ["errors"]
    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    batch = render([await shop.run("{ __typename }"), await shop.run("{ x }")], GRAPHQL_JSON)
    assert batch.status == 200
    assert [next(iter(one)) for one in json.loads(batch.body)] == ["data", "errors"]
