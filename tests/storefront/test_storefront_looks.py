"""Amounts, weights and colours: in the form of the locale, and always readable."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.clock import SystemClock
from rustok.core.context import TenantRef
from rustok.core.ids import IdSource
from rustok.storefront.contrast import READABLE, contrast, ink_on, readable
from rustok.storefront.formats import language, money, number, weight
from rustok.storefront.richtext import plain
from rustok.storefront.site import origin
from rustok.storefront.theme import Theme, localised, palette, theme_of
from rustok.storefront.wording import wording

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "expected"),
    [
        (2200, "EUR", "en", "€22.00"),
        (123450, "CHF", "de-CH", f"CHF{SPACE}1\N{RIGHT SINGLE QUOTATION MARK}234.50"),
        (123450, "CHF", "de", f"1.234,50{SPACE}CHF"),
        (1990, "JPY", "ja", "¥1,990".replace("¥", "\N{FULLWIDTH YEN SIGN}")),
        (1234500, "KWD", "en", "KWD1,234.500"),
        (2200, "EUR", "xx-unknown", "€22.00"),
    ],
)
def test_amounts(minor: int, currency: str, locale: str, expected: str) -> None:
    assert money(minor, currency, locale) == expected


def test_numbers_and_weights() -> None:
    assert number(12345, "de") == "12.345"
    assert weight(340, "en") == "340 g"
    assert weight(1250, "de").replace(SPACE, " ") == "1,25 kg"


def test_languages_call_themselves_by_their_own_name() -> None:
    assert (language("de"), language("en"), language("fr")) == ("Deutsch", "English", "Français")


def test_languages_without_words_of_ours_speak_english() -> None:
    assert wording("fr")("search") == wording("en")("search") == "Search"
    assert wording("de-CH")("search") == "Suchen"


@given(colours, colours)
def test_no_brand_colour_is_unreadable(colour: str, ground: str) -> None:
    assert contrast(readable(colour, ground), ground) >= READABLE
    assert contrast(ink_on(ground), ground) >= READABLE


@given(colours)
def test_readable_colours_stay_as_they_are(colour: str) -> None:
    if contrast(colour, "#ffffff") >= READABLE:
        assert readable(colour, "#ffffff") == colour


@given(st.text(max_size=30))
def test_what_is_no_colour_is_replaced(text: str) -> None:
    found = palette(Theme(accent=text, ground=text))
    for value in (found.accent, found.ground, found.on_accent):
        assert len(value) == 7
        assert value.startswith("#")


def test_a_theme_that_cannot_be_read_is_the_default_one() -> None:
    ids = IdSource(SystemClock())
    tenant = TenantRef(
        id=ids.new(),
        slug="a",
        name="A",
        default_locale="en",
        locales=("en",),
        currency="EUR",
        modules=frozenset(),
        settings={"storefront": msgspec.Raw(b'{"accent": 5}')},
    )
    assert theme_of(tenant) == Theme()


def test_texts_fall_back_to_the_default_language() -> None:
    assert localised({"en": "a", "de": "b"}, "de", "en") == "b"
    assert localised({"en": "a"}, "de", "en") == "a"
    assert localised({}, "de", "en") == ""


def test_rich_text_becomes_plain_and_short() -> None:
    assert plain("<p>a &amp; b</p><p>c</p>") == "a & b c"
    assert plain("<p>one two three</p>", 9) == "one two…"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("demo.localhost:8000", "https://demo.localhost:8000"),
        ("[::1]:8000", "https://[::1]:8000"),
        ("127.0.0.1:<script>", "https://localhost"),
        ("a b", "https://localhost"),
        ("", "https://localhost"),
    ],
)
def test_hosts_that_are_none_get_into_no_address(host: str, expected: str) -> None:
    assert origin("https", host) == expected
