"""Money: integer minor units and an ISO 4217 currency, never a float."""

from decimal import Decimal, InvalidOperation
from functools import lru_cache

import msgspec
from babel.core import get_global

from rustok.core.errors import invalid

MAX_MINOR = 10**15


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Every ISO 4217 code that CLDR knows."""
    return frozenset(get_global("all_currencies"))


@lru_cache(maxsize=512)
def exponent(currency: str) -> int:
    """How many digits the minor unit of a currency has: 2 for EUR, 0 for JPY."""
    fractions = get_global("currency_fractions")
    digits: int = fractions.get(currency, fractions["DEFAULT"])[0]
    return digits


def check_currency(code: str, *path: str | int) -> str:
    """The code, where it is a known currency in capital letters; raises ValidationFailed."""
    if code not in currencies():
        raise invalid("UNKNOWN_CURRENCY", f"{code[:8]!r} is not an ISO 4217 currency.", *path)
    return code


class Money(msgspec.Struct, frozen=True, order=True):
    """An amount in the minor unit of its currency."""

    currency: str
    minor: int

    @property
    def amount(self) -> str:
        """The amount as a decimal string with the currency's digits: `12.30`."""
        return decimal_text(self.minor, self.currency)


def decimal_text(minor: int, currency: str) -> str:
    """Minor units as a decimal string with the currency's digits."""
    digits = exponent(currency)
    if digits == 0:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{digits}d}"


def parse_amount(text: str, currency: str, *path: str | int) -> int:
    """Minor units of a decimal string; raises ValidationFailed where it is none or too precise."""
    check_currency(currency, *path)
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise invalid("INVALID_AMOUNT", f"{text[:40]!r} is not a decimal number.", *path) from None
    if not value.is_finite() or abs(value) >= MAX_MINOR:
        raise invalid("INVALID_AMOUNT", "The amount is out of range.", *path)
    scaled = value.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise invalid(
            "TOO_PRECISE", f"{currency} has {exponent(currency)} digits after the point.", *path
        )
    if abs(scaled) > MAX_MINOR:
        raise invalid("INVALID_AMOUNT", "The amount is out of range.", *path)
    return int(scaled)
