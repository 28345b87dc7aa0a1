"""Queries that are sent once and named by their hash from then on."""

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.gql import (
    ANONYMOUS,
    JSON,
    Operation,
    PersistedQueries,
    Refused,
    parse_request,
    read_operation,
)

QUERY = "{ related(first: 1) { id } }"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def named(text: str, *, sent: bool = False) -> Operation:
    """The operation of a client that names its query, and sends it along or not."""
    return Operation(query=text if sent else "", digest=digest(text))


def extension(**changes: Any) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest(QUERY), **changes}}


def code(call: Any, *arguments: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        call(*arguments)
    (problem,) = caught.value.problems
    return problem.code, problem.message


def post(body: object) -> Any:
    return parse_request("POST", JSON, [], json.dumps(body).encode(), ANONYMOUS)


def test_a_request_may_name_its_query() -> None:
    assert post({"extensions": extension()}) == Operation(
        query="", digest=digest(QUERY), extensions=extension()
    )
    parameters = [("extensions", json.dumps(extension())), ("variables", '{"n": 1}')]
    by_get: Any = parse_request("GET", None, parameters, b"", ANONYMOUS)
    assert (by_get.query, by_get.digest, by_get.variables) == ("", digest(QUERY), {"n": 1})
    assert by_get.read_only
    assert read_operation({"query": QUERY, "extensions": extension()}).digest == digest(QUERY)


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        (extension(version=2), "PERSISTED_QUERY_NOT_SUPPORTED"),
        (extension(version=True), "PERSISTED_QUERY_NOT_SUPPORTED"),
        (extension(version="1"), "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({"persistedQuery": {}}, "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({"persistedQuery": "x"}, "PERSISTED_QUERY_NOT_SUPPORTED"),
        (extension(sha256Hash=None), "BAD_REQUEST"),
        (extension(sha256Hash="x"), "BAD_REQUEST"),
        (extension(sha256Hash=digest(QUERY).upper()), "BAD_REQUEST"),
        (extension(sha256Hash=digest(QUERY) + "0"), "BAD_REQUEST"),
        ({"persistedQuery": None}, "BAD_REQUEST"),
        ({}, "BAD_REQUEST"),
    ],
)
def test_a_name_that_is_none_is_refused(extensions: dict[str, Any], expected: str) -> None:
    assert code(post, {"extensions": extensions})[0] == expected


def test_a_query_is_found_once_it_was_kept() -> None:
    store = PersistedQueries()
    unknown = ("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
    assert code(store.complete, named(QUERY), "acme") == unknown

    sent = store.complete(named(QUERY, sent=True), "acme")
    assert code(store.complete, named(QUERY), "acme") == unknown
    store.keep(sent, "acme")

    assert store.complete(named(QUERY), "acme").query == QUERY
    assert code(store.complete, named(QUERY), "other") == unknown


def test_a_query_with_another_ones_hash_is_refused() -> None:
    store = PersistedQueries()
    forged = Operation(query="{ me { id } }", digest=digest(QUERY))

    assert code(store.complete, forged, "acme")[0] == "PERSISTED_QUERY_MISMATCH"


def test_requests_without_a_name_pass_untouched() -> None:
    store = PersistedQueries()
    plain = Operation(query=QUERY)

    assert store.complete(plain, "acme") is plain
    store.keep(plain, "acme")
    assert len(store) == 0


def test_it_can_be_switched_off() -> None:
    store = PersistedQueries(entries=0)
    store.keep(named(QUERY, sent=True), "acme")

    refused = code(store.complete, named(QUERY), "acme")
    assert refused == ("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
    assert store.complete(named(QUERY, sent=True), "acme").query == QUERY


def test_one_owner_drives_out_nobody_else() -> None:
    store = PersistedQueries(entries=8, size=1_000)
    store.keep(named("{ a }", sent=True), "quiet")
    for number in range(100):
        store.keep(named(f"{{ a{number} }}", sent=True), "loud")

    assert len(store) == 3
    assert store.complete(named("{ a }"), "quiet").query == "{ a }"
    assert store.complete(named("{ a99 }"), "loud").query == "{ a99 }"
    assert code(store.complete, named("{ a97 }"), "loud")[0] == "PERSISTED_QUERY_NOT_FOUND"


def test_what_is_used_stays() -> None:
    store = PersistedQueries(entries=8)
    for text in ("{ a }", "{ b }"):
        store.keep(named(text, sent=True), "acme")
    store.complete(named("{ a }"), "acme")
    store.keep(named("{ c }", sent=True), "acme")

    assert store.complete(named("{ a }"), "acme").query == "{ a }"
    assert code(store.complete, named("{ b }"), "acme")[0] == "PERSISTED_QUERY_NOT_FOUND"


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.text(max_size=60)), max_size=60))
def test_neither_number_nor_bytes_grow_without_bound(sent: list[tuple[str, str]]) -> None:
    store = PersistedQueries(entries=8, size=200)
    kept: dict[tuple[str, str], int] = {}
    for owner, text in sent:
        if not text.isprintable():
            continue
        store.keep(named(text, sent=True), owner)
        kept[(owner, text)] = len(text.encode())

    assert len(store) <= 8
    assert store.size <= 200
    found = []
    for owner, text in kept:
        try:
            found.append(len(store.complete(named(text), owner).query.encode()))
        except Refused:
            continue
    assert sum(found) == store.size
    assert len(found) == len(store)
