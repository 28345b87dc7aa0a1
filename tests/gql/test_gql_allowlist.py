"""Only operations that an operator has listed run, and they run as they are listed."""

import json
from typing import Any

import msgspec
import pytest
from graphql import OperationType
from hypothesis import given
from hypothesis import strategies as st

from rustok.gql import AllowList, Listed, Manifest, ManifestError, Operation, Refused
from rustok.gql.allowlist import digest_of

BODY = """query Card($first: Int = 3) {
  related(first: $first) {
    ...Title
  }
}

fragment Title on Product {
  title
}"""


def listed(body: str = BODY, name: str = "Card") -> Listed:
    return Listed(id=digest_of(body), name=name, type=OperationType.QUERY, body=body)


def allowed(operation: Operation) -> str | None:
    allow_list = AllowList([listed()])
    try:
        return allow_list.complete(operation).query
    except Refused:
        return None


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        BODY.replace("\n", " "),
        BODY.replace("\n", "\r\n"),
        "fragment Title on Product{title}query Card($first:Int=3){related(first:$first){...Title}}",
        f"# a comment\n,,{BODY},  # another {{",
    ],
)
def test_a_listed_text_runs_however_it_is_spaced(text: str) -> None:
    assert allowed(Operation(query=text)) == BODY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{ related { title } }",
        BODY.replace("3", "30"),
        BODY.replace("title", "secretFailure"),
        f"{BODY} query Other {{ broken }}",
        f"{BODY} {{ broken }}",
        BODY.replace("query Card", 'query Card @a(b: "}")'),
        BODY.replace("related(", "related ("[:-1] + "x("),
        BODY + "}" * 100,
        BODY + " " * 20_000,
        '"""',
        '"',
    ],
)
def test_other_texts_do_not_run(text: str) -> None:
    assert allowed(Operation(query=text)) is None


def test_the_refusal_has_a_code_of_its_own() -> None:
    with pytest.raises(Refused) as caught:
        AllowList([listed()]).complete(Operation(query="{ broken }"))
    assert [problem.code for problem in caught.value.problems] == ["OPERATION_NOT_ALLOWED"]


def test_an_id_stands_for_its_text() -> None:
    assert allowed(Operation(query="", digest=digest_of(BODY))) == BODY
    assert allowed(Operation(query="", digest=digest_of("{ a }"))) is None
    assert allowed(Operation(query="{ broken }", digest=digest_of(BODY))) is None


@given(st.text(alphabet='{}()"\\# \n,a.$:!', max_size=40))
def test_what_runs_is_only_ever_the_listed_text(text: str) -> None:
    assert allowed(Operation(query=text)) is None


def test_a_manifest_is_read_back_as_it_was_written() -> None:
    manifest = Manifest(operations=(listed(),))

    assert Manifest.of(msgspec.json.encode(manifest)) == manifest
    assert json.loads(msgspec.json.encode(manifest)) == {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [
            {"id": digest_of(BODY), "name": "Card", "type": "query", "body": BODY},
        ],
    }


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"format": "relay"}, "format"),
        ({"version": 2}, "version"),
        ({"operations": [{"id": "x", "name": "A", "type": "query", "body": "{ a }"}]}, "id of A"),
        ({"operations": [{"id": "x"}]}, "name"),
    ],
)
def test_a_file_that_is_none_is_refused(change: dict[str, Any], complaint: str) -> None:
    whole = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": []}
    with pytest.raises(ManifestError, match=complaint):
        Manifest.of(json.dumps(whole | change).encode())


def test_bytes_that_are_no_json_are_refused() -> None:
    for text in (b"", b"\xff", b"[" * 100_000):
        with pytest.raises(ManifestError):
            Manifest.of(text)
