"""Amounts, weights and numbers in the form of a locale; each is formatted once and remembered."""

from decimal import Decimal
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from rustok.core.money import decimal_text

FALLBACK = "en"
_GRAMS_PER_KILOGRAM = 1000


@lru_cache(maxsize=64)
def locale_of(tag: str) -> Locale:
    """CLDR's data for a BCP 47 tag; English where it has none."""
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(FALLBACK)


@lru_cache(maxsize=8192)
def money(minor: int, currency: str, locale: str) -> str:
    """An amount in minor units, in the words and signs of the locale."""
    value = Decimal(decimal_text(minor, currency))
    return format_currency(value, currency, locale=locale_of(locale))


@lru_cache(maxsize=4096)
def number(value: int, locale: str) -> str:
    """A whole number with the locale's separators."""
    text: str = format_decimal(value, locale=locale_of(locale))
    return text


@lru_cache(maxsize=2048)
def weight(grams: int, locale: str) -> str:
    """A weight in grams, or from one kilogram on in kilograms."""
    if grams < _GRAMS_PER_KILOGRAM:
        return format_unit(grams, "mass-gram", length="short", locale=locale_of(locale))
    kilograms = Decimal(grams) / _GRAMS_PER_KILOGRAM
    return format_unit(kilograms, "mass-kilogram", length="short", locale=locale_of(locale))


@lru_cache(maxsize=64)
def language(tag: str) -> str:
    """A language's own name for itself, as a menu shows it."""
    name = locale_of(tag).get_display_name(locale_of(tag)) or tag
    return name[:1].upper() + name[1:]
