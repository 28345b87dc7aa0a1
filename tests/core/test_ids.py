"""Ids are UUIDv7, rise in time, and have one text each."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.ids import IdKind, IdSource, InvalidId

PRODUCT = IdKind("prod")


class SteppingClock:
    """A clock that the test moves, backwards too."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@given(st.uuids())
def test_text_and_id_are_one_to_one(value: UUID) -> None:
    assert PRODUCT.parse(PRODUCT.text(value)) == value


@given(st.uuids(), st.uuids())
def test_texts_sort_like_ids(one: UUID, other: UUID) -> None:
    assert (PRODUCT.text(one) < PRODUCT.text(other)) == (one < other)


@given(st.text(max_size=40))
def test_any_other_text_is_no_id(text: str) -> None:
    value = PRODUCT.parse_or_none(text)

    assert value is None or PRODUCT.text(value) == text


def test_another_kind_is_refused() -> None:
    text = IdKind("variant").text(UUID(int=1))

    with pytest.raises(InvalidId) as caught:
        PRODUCT.parse(text)

    assert (caught.value.status, caught.value.code) == (400, "INVALID_ID")


def test_new_ids_are_version_7_of_their_moment() -> None:
    clock = SteppingClock()

    value = IdSource(clock).new()

    assert value.version == 7
    assert value.variant == "specified in RFC 4122"
    assert value.int >> 80 == int(clock.moment.timestamp() * 1000)


def test_ids_rise_even_when_the_clock_steps_back() -> None:
    clock = SteppingClock()
    ids = IdSource(clock)
    made = []

    for step in (0, 5, -60_000, 1, -1):
        clock.moment += timedelta(milliseconds=step)
        made += [ids.new() for _ in range(200)]

    assert made == sorted(set(made))
