"""Cursors come back as they went out, or are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.errors import ValidationFailed
from rustok.core.paging import Cursor, InvalidCursor, page_size

VALUES = st.lists(
    st.one_of(st.text(max_size=40), st.integers(-(2**53), 2**53), st.booleans(), st.none()),
    max_size=4,
).map(tuple)


@given(VALUES)
def test_a_cursor_is_read_back(values: tuple[str | int | None, ...]) -> None:
    cursor = Cursor("title.asc", values)

    assert Cursor.decode(cursor.encode(), "title.asc") == cursor


def test_a_cursor_of_another_order_is_refused() -> None:
    text = Cursor("title.asc", ("Vase", "x")).encode()

    with pytest.raises(InvalidCursor, match="another sort order"):
        Cursor.decode(text, "price.asc")


@given(st.text(max_size=200))
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        Cursor.decode(f"!{text}", "title.asc")


def test_a_cursor_too_long_is_refused() -> None:
    with pytest.raises(InvalidCursor):
        Cursor.decode(Cursor("title.asc", ("x" * 2000,)).encode(), "title.asc")


@pytest.mark.parametrize(("asked", "given_"), [(None, 20), (1, 1), (100, 100)])
def test_page_sizes(asked: int | None, given_: int) -> None:
    assert page_size(asked) == given_


@pytest.mark.parametrize("asked", [0, -1, 101, 10**9])
def test_page_sizes_out_of_bounds_are_refused(asked: int) -> None:
    with pytest.raises(ValidationFailed) as caught:
        page_size(asked, "first")

    assert caught.value.errors[0].code == "PAGE_SIZE"
