"""The choice of a variant, as links: each leads to the variant that has that value."""

from collections.abc import Sequence

import msgspec

from rustok.commerce.catalog.types import OptionView, VariantView

PARAMETER = "variant"


class Value(msgspec.Struct, frozen=True):
    """A value to choose; `key` tells the links of a page apart."""

    key: str
    text: str
    href: str
    selected: bool
    available: bool


class Choice(msgspec.Struct, frozen=True):
    """An option with its values."""

    name: str
    selected: str
    values: tuple[Value, ...]


def selected(variants: Sequence[VariantView], wanted: str | None) -> VariantView | None:
    """The variant asked for, else the first one that can be had, else the first."""
    for variant in variants:
        if variant.id == wanted:
            return variant
    return next((v for v in variants if v.available), variants[0] if variants else None)


def choices(
    options: Sequence[OptionView],
    variants: Sequence[VariantView],
    chosen: VariantView,
    path: str,
) -> tuple[Choice, ...]:
    """The options, where a value that no variant has in this combination leads to the nearest."""
    combinations = [(_combination(variant), variant) for variant in variants]
    mine = _combination(chosen)
    found = []
    for number, option in enumerate(options):
        present = mine.get(option.name, "")
        values = []
        for place, value in enumerate(option.values):
            target = _nearest(combinations, mine, option.name, value)
            if target is not None:
                values.append(
                    Value(
                        f"option-{number}-{place}",
                        value,
                        f"{path}?{PARAMETER}={target.id}",
                        value == present,
                        target.available and _fits(target, mine, option.name, value),
                    )
                )
        found.append(Choice(option.name, present, tuple(values)))
    return tuple(found)


def _combination(variant: VariantView) -> dict[str, str]:
    return {choice.name: choice.value for choice in variant.options}


def _nearest(
    combinations: Sequence[tuple[dict[str, str], VariantView]],
    mine: dict[str, str],
    name: str,
    value: str,
) -> VariantView | None:
    best: tuple[int, bool] = (-1, False)
    found = None
    for combination, variant in combinations:
        if combination.get(name) != value:
            continue
        same = sum(combination.get(other) == text for other, text in mine.items() if other != name)
        if (same, variant.available) > best:
            best, found = (same, variant.available), variant
    return found


def _fits(variant: VariantView, mine: dict[str, str], name: str, value: str) -> bool:
    return _combination(variant) == {**mine, name: value}
