"""Prices of a variant, one per currency."""

from collections.abc import Sequence

from rustok.commerce.catalog import domain
from rustok.commerce.catalog.problems import Path, Problems
from rustok.commerce.catalog.product import Price
from rustok.commerce.catalog.types.inputs import PriceInput
from rustok.core.context import TenantRef
from rustok.core.errors import ValidationFailed
from rustok.core.money import MAX_MINOR, check_currency, parse_amount


def prices(
    tenant: TenantRef, given: Sequence[PriceInput], problems: Problems, path: Path
) -> tuple[Price, ...]:
    """The prices in the order of their currencies."""
    if not problems.count(len(given), *path, most=domain.MAX_PRICES):
        return ()
    found: dict[str, Price] = {}
    for number, item in enumerate(given):
        price = _price(item, item.currency or tenant.currency, problems, (*path, number))
        if price is None:
            continue
        if price.currency in found:
            problems.add("DUPLICATE", "One price per currency.", *path, number, "currency")
        found[price.currency] = price
    return tuple(found[currency] for currency in sorted(found))


def _price(given: PriceInput, currency: str, problems: Problems, path: Path) -> Price | None:
    try:
        check_currency(currency, *path, "currency")
    except ValidationFailed as error:
        problems.found.extend(error.errors)
        return None
    minor = _minor(given.amount, given.minor, currency, problems, (*path, "amount"))
    if minor is None and given.amount is None:
        problems.add("REQUIRED", "A price needs an amount.", *path, "amount")
    compare = _minor(
        given.compare_at_amount,
        given.compare_at_minor,
        currency,
        problems,
        (*path, "compareAtAmount"),
    )
    return Price(currency, minor or 0, compare)


def _minor(
    amount: str | None, minor: int | None, currency: str, problems: Problems, path: Path
) -> int | None:
    if amount is not None and minor is not None:
        problems.add("AMBIGUOUS", "Either a decimal amount or minor units.", *path)
        return None
    if amount is not None:
        with problems.collecting(*path):
            minor = parse_amount(amount, currency, *path)
    problems.number(minor, *path, least=0, most=MAX_MINOR)
    return minor
