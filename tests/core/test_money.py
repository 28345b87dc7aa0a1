"""Money is exact in every currency's own minor unit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.errors import ValidationFailed
from rustok.core.money import MAX_MINOR, Money, currencies, exponent, parse_amount

CURRENCIES = st.sampled_from(sorted(currencies()))
AMOUNTS = st.integers(min_value=-MAX_MINOR + 1, max_value=MAX_MINOR - 1)


@given(AMOUNTS, CURRENCIES)
def test_amount_is_read_back_to_the_same_minor_units(minor: int, currency: str) -> None:
    assert parse_amount(Money(currency, minor).amount, currency) == minor


@given(AMOUNTS, CURRENCIES)
def test_amount_equals_minor_units_by_the_exponent(minor: int, currency: str) -> None:
    assert Decimal(Money(currency, minor).amount) == Decimal(minor).scaleb(-exponent(currency))


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.30", "EUR", 1230),
        ("12.3", "EUR", 1230),
        ("12", "EUR", 1200),
        ("-0.05", "CHF", -5),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
        ("1e2", "EUR", 10000),
    ],
)
def test_decimal_strings(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("", "EUR", "INVALID_AMOUNT"),
        ("12,30", "EUR", "INVALID_AMOUNT"),
        ("NaN", "EUR", "INVALID_AMOUNT"),
        ("Infinity", "EUR", "INVALID_AMOUNT"),
        ("1e400", "EUR", "INVALID_AMOUNT"),
        ("9" * 30, "EUR", "INVALID_AMOUNT"),
        ("1.234", "EUR", "TOO_PRECISE"),
        ("1.5", "JPY", "TOO_PRECISE"),
        ("1", "EURO", "UNKNOWN_CURRENCY"),
        ("1", "eur", "UNKNOWN_CURRENCY"),
    ],
)
def test_what_is_no_amount_says_why(text: str, currency: str, code: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        parse_amount(text, currency, "price")

    (error,) = caught.value.errors
    assert (error.code, error.pointer) == (code, "/price")


@given(st.text(max_size=50))
def test_any_text_is_an_amount_or_a_validation_error(text: str) -> None:
    try:
        minor = parse_amount(text, "EUR")
    except ValidationFailed:
        return
    assert abs(minor) <= MAX_MINOR
