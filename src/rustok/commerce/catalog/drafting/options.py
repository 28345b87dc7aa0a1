"""Options and their values, and what becomes of variants when they change."""

from collections.abc import Sequence
from itertools import count
from typing import TypeVar

import msgspec

from rustok.commerce.catalog import domain
from rustok.commerce.catalog.drafting.texts import names
from rustok.commerce.catalog.problems import Path, Problems
from rustok.commerce.catalog.product import Option, OptionValue, Variant
from rustok.commerce.catalog.types.inputs import OptionChoice, OptionInput, OptionValueInput
from rustok.core.context import TenantRef

Named = TypeVar("Named", Option, OptionValue)


class OptionList:
    """Makes a product's options from the given list, keeping the keys of those it had before."""

    def __init__(self, tenant: TenantRef, present: Sequence[Option], problems: Problems) -> None:
        self._tenant = tenant
        self._present = present
        self._problems = problems
        used = [value.key for option in present for value in option.values]
        self._keys = count(max([*used, *(option.key for option in present)], default=0) + 1)

    def build(self, given: Sequence[OptionInput]) -> tuple[Option, ...]:
        """The options."""
        if not self._problems.count(len(given), "options", most=domain.MAX_OPTIONS):
            return ()
        self._distinct([item.name for item in given], ("options",), "name")
        return tuple(self._option(item, ("options", n)) for n, item in enumerate(given))

    def _option(self, given: OptionInput, path: Path) -> Option:
        self._problems.text(given.name, *path, "name", most=domain.MAX_WORD, required=True)
        old = self._found(given.key, given.name, self._present, path)
        here = (*path, "values")
        if not given.values:
            self._problems.add("REQUIRED", "An option has at least one value.", *here)
        values: Sequence[OptionValueInput] = given.values
        if not self._problems.count(len(values), *here, most=domain.MAX_OPTION_VALUES):
            values = ()
        self._distinct([item.value for item in values], here, "value")
        return Option(
            key=old.key if old else next(self._keys),
            names=names(
                self._tenant,
                given.name,
                given.translations,
                self._problems,
                path,
                most=domain.MAX_WORD,
            ),
            values=tuple(
                self._value(item, old.values if old else (), (*here, n))
                for n, item in enumerate(values)
            ),
        )

    def _value(
        self, given: OptionValueInput, present: Sequence[OptionValue], path: Path
    ) -> OptionValue:
        self._problems.text(given.value, *path, "value", most=domain.MAX_WORD, required=True)
        old = self._found(given.key, given.value, present, path)
        return OptionValue(
            key=old.key if old else next(self._keys),
            names=names(
                self._tenant,
                given.value,
                given.translations,
                self._problems,
                path,
                most=domain.MAX_WORD,
            ),
        )

    def _found(
        self, key: int | None, name: str, present: Sequence[Named], path: Path
    ) -> Named | None:
        for item in present:
            if item.key == key if key is not None else self._name(item) == name:
                return item
        if key is not None:
            self._problems.add("UNKNOWN_KEY", "There is nothing with this key.", *path, "key")
        return None

    def _name(self, item: Option | OptionValue) -> str | None:
        return item.names.get(self._tenant.default_locale)

    def _distinct(self, texts: Sequence[str], path: Path, field: str) -> None:
        for number, text in enumerate(texts):
            if text in texts[:number]:
                self._problems.add("DUPLICATE", "This is already named.", *path, number, field)


def choices(
    tenant: TenantRef,
    options: Sequence[Option],
    given: Sequence[OptionChoice],
    problems: Problems,
    path: Path,
) -> tuple[int, ...]:
    """The keys of the chosen values, one per option, in the options' order."""
    locale = tenant.default_locale
    wanted = {choice.name: choice.value for choice in given}
    for number, choice in enumerate(given):
        if choice.name not in {option.names.get(locale) for option in options}:
            problems.add("UNKNOWN_OPTION", "The product has no such option.", *path, number, "name")
    found = []
    for option in options:
        name = option.names.get(locale, "")
        value = wanted.get(name)
        keys = [item.key for item in option.values if item.names.get(locale) == value]
        if value is None:
            problems.add("REQUIRED", "One value for each option of the product.", *path)
        elif not keys:
            problems.add("UNKNOWN_OPTION_VALUE", "The option has no such value.", *path)
        found += keys[:1]
    return tuple(found)


def rechosen(
    variants: Sequence[Variant], old: Sequence[Option], new: Sequence[Option], problems: Problems
) -> tuple[Variant, ...]:
    """The variants under the new options: an added option gives each its first value."""
    if old == new:
        return tuple(variants)
    known = {option.key for option in old}
    found = []
    for variant in variants:
        kept = [_kept(variant, option) for option in new if option.values]
        for number, (option, key) in enumerate(zip(new, kept, strict=False)):
            if key is None and option.key in known:
                problems.add(
                    "OPTION_VALUE_IN_USE",
                    "A variant has the value that is gone.",
                    *("options", number, "values"),
                )
        firsts = [option.values[0].key for option in new if option.values]
        chosen = tuple(key or first for key, first in zip(kept, firsts, strict=True))
        found.append(msgspec.structs.replace(variant, choices=chosen))
    return tuple(found)


def _kept(variant: Variant, option: Option) -> int | None:
    return next((value.key for value in option.values if value.key in variant.choices), None)
