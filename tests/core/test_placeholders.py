"""Named parameters become numbers; strings, comments and casts stay."""

from uuid import UUID

import msgspec
import pytest

from rustok.core.sql import Query, QueryError, Statement
from rustok.core.sql.placeholders import positional


@pytest.mark.parametrize(
    ("text", "expected", "names"),
    [
        ("select :a, :b, :a", "select $1, $2, $1", ("a", "b")),
        ("select now()::date", "select now()::date", ()),
        ("select ':a', \":b\", :c", "select ':a', \":b\", $1", ("c",)),
        ("select 'it''s :a' -- :b\n, :c", "select 'it''s :a' -- :b\n, $1", ("c",)),
        ("select /* :a */ :b::text[]", "select /* :a */ $1::text[]", ("b",)),
    ],
)
def test_placeholders(text: str, expected: str, names: tuple[str, ...]) -> None:
    assert positional(text) == (expected, names)


class Row(msgspec.Struct, frozen=True):
    """A row."""

    id: UUID
    name: str


def test_declared_and_used_parameters_must_be_the_same() -> None:
    with pytest.raises(QueryError):
        Query("select :a", int, b=int)
    with pytest.raises(QueryError):
        Query("select 1", int, a=int)


def test_the_tenant_cannot_be_passed() -> None:
    with pytest.raises(QueryError):
        Query("select :tenant_id", int, tenant_id=UUID)

    query = Query("select :tenant_id, :a", int, a=int)
    with pytest.raises(QueryError):
        query.arguments(UUID(int=1), {"a": 1, "tenant_id": UUID(int=2)})


def test_arguments_stand_in_the_order_of_their_numbers() -> None:
    query = Statement("update t set a = :a where tenant_id = :tenant_id and b = :b", a=int, b=int)

    assert query.arguments("T", {"b": 2, "a": 1}) == [1, "T", 2]


def test_a_row_becomes_the_struct() -> None:
    query = Query("select id, name from t", Row)

    assert query.row((UUID(int=1), "x")) == Row(UUID(int=1), "x")
    assert query.columns() == ("id", "name")
