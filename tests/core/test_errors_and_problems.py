"""One error tree: stable codes, rendered as problem details."""

import msgspec
import pytest

from rustok.core import errors
from rustok.core.errors import FieldError, RustokError, Throttled, Unauthenticated, invalid
from rustok.core.http import problems
from rustok.core.validation import failed


def subclasses(kind: type[RustokError]) -> set[type[RustokError]]:
    found = set(kind.__subclasses__())
    return found.union(*(subclasses(one) for one in found)) if found else set()


def test_every_error_has_a_code_of_its_own_kind() -> None:
    for kind in subclasses(RustokError):
        assert kind.code.isupper(), kind
        assert 400 <= kind.status <= 503, kind
        assert kind.title, kind
        assert kind.__doc__, kind


def test_a_problem_says_what_and_where() -> None:
    error = invalid("INVALID_AMOUNT", "No number.", "variants", 2, "prices", 0)

    document = problems.problem(error, instance="/api/v1/x", request_id="r1")

    assert document["code"] == "VALIDATION_FAILED"
    assert document["status"] == 422
    assert document["requestId"] == "r1"
    assert document["errors"] == [
        {"pointer": "/variants/2/prices/0", "code": "INVALID_AMOUNT", "detail": "No number."}
    ]


def test_pointers_are_escaped() -> None:
    assert FieldError(path=("a/b", "c~d"), code="X", detail="").pointer == "/a~1b/c~0d"


def test_headers_say_what_to_do_next() -> None:
    assert problems.headers(Throttled(retry_after=30))["retry-after"] == "30"
    assert "www-authenticate" in problems.headers(Unauthenticated())


class Item(msgspec.Struct):
    """Part of a body."""

    sku: str


class Body(msgspec.Struct):
    """A body."""

    items: list[Item]


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        (b'{"items": [{"sku": 5}]}', "/items/0/sku"),
        (b'{"items": 3}', "/items"),
        (b"{}", ""),
        (b"[]", ""),
    ],
)
def test_a_body_that_does_not_fit_names_the_place(raw: bytes, pointer: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(raw, type=Body)

    assert failed(caught.value).errors[0].pointer == pointer


def test_the_tree_is_one_module_of_public_names() -> None:
    assert errors.RustokError.code == "INTERNAL"
