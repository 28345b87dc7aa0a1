"""Text becomes the same words on its way into the index as on its way into a search."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rustok.index.text import MAX_TEXT, fold, spaced, words

TEXT = st.text() | st.text(alphabet=st.characters(max_codepoint=127))


@given(TEXT)
@example("snake_case, kebab-case; tab\tand\x00nothing")
@example("K2 and İstanbul")  # the sign of Kelvin is an ASCII letter once it is folded
def test_words_are_all_runs_of_letters_and_digits(text: str) -> None:
    assert words(text) == re.findall(r"[^\W_]+", fold(text))


@given(TEXT)
def test_what_postgresql_is_given_holds_these_words_and_blanks(text: str) -> None:
    assert [word for word in spaced(text).split(" ") if word] == words(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Crème Brûlée", "creme brulee"),
        ("Łódź, Ørsted, Đorđe", "lodz, orsted, dorde"),
        ("Þór æðir œuvre", "thor aedir oeuvre"),
        ("Straße", "strasse"),
        ("Ёлка и ёж", "елка и еж"),
        ("Йод", "йод"),
        ("Ψωμί", "ψωμι"),
        ("DIŞ KAPI", "dis kapi"),
    ],
)
def test_letters_are_folded_to_what_people_type(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_text_is_searched_up_to_its_limit() -> None:
    assert words("a" * (MAX_TEXT - 2) + " bc") == ["a" * (MAX_TEXT - 2), "b"]
    assert spaced("ä " * MAX_TEXT).count("a") == MAX_TEXT // 2
