"""What may be written, which steps moderation allows, and what stars add up to."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.errors import ValidationFailed
from rustok_reviews.domain import STEPS, Step, check_step, drafted, line, plain, rating
from rustok_reviews.errors import InvalidReviewStatus
from rustok_reviews.types import ReviewStatus


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<b>Good</b> <script>alert(1)</script>stool", "Good stool"),
        ("5 < 6 & 7 > 3, I <3 it", "5 < 6 & 7 > 3, I <3 it"),
        ("&lt;b&gt; is how bold begins", "&lt;b&gt; is how bold begins"),
        ("one\r\ntwo\rthree\x00\x1b", "one\ntwo\nthree"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("  Füße 👍 \u0928  ", "Füße 👍 \u0928"),
    ],
)
def test_texts_are_plain(written: str, kept: str) -> None:
    assert plain(written) == kept


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert "\n" not in line(text)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ValidationFailed) as caught:
        drafted(rating=6, title=" ", body="x" * 11, author="<i></i>", max_body=10)

    assert [(error.pointer, error.code) for error in caught.value.errors] == [
        ("/rating", "INVALID_RATING"),
        ("/title", "INVALID_TITLE"),
        ("/author", "INVALID_AUTHOR"),
        ("/body", "INVALID_BODY"),
    ]


@pytest.mark.parametrize("status", get_args(ReviewStatus))
@pytest.mark.parametrize("step", get_args(Step))
def test_a_verdict_is_not_given_twice(step: Step, status: ReviewStatus) -> None:
    repeated = (step, status) in {("approve", "approved"), ("reject", "rejected")}

    assert (status not in STEPS[step]) == repeated
    if repeated:
        with pytest.raises(InvalidReviewStatus):
            check_step(step, status)
    else:
        check_step(step, status)


@given(st.lists(st.integers(0, 1_000), min_size=5, max_size=5))
def test_a_rating_counts_every_star(counts: list[int]) -> None:
    found = rating(counts)

    assert found.count == sum(counts)
    assert [item.rating for item in found.distribution] == [5, 4, 3, 2, 1]
    assert [item.count for item in reversed(found.distribution)] == counts
    assert found.average is None if not found.count else 1 <= (found.average or 0) <= 5


def test_an_average_has_two_digits() -> None:
    assert rating((1, 0, 0, 0, 2)).average == 3.67
