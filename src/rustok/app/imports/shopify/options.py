"""Options of a product and the values its variants have, as Shopify writes them."""

from rustok.app.imports.shopify.cells import Cells
from rustok.app.imports.shopify.columns import OPTION_NAMES, OPTION_VALUES
from rustok.app.imports.shopify.groups import Row
from rustok.commerce.catalog.types import OptionChoice, OptionInput, OptionValueInput

_ONLY_NAME, _ONLY_VALUE = "Title", "Default Title"


class Options:
    """The options that the first row names; values are collected from the variants."""

    def __init__(self, first: Row, cells: Cells) -> None:
        self._cells = cells
        names = [first.get(column) for column in OPTION_NAMES]
        self._names: list[tuple[int, str]] = []
        if names != [_ONLY_NAME, "", ""] or first.get(OPTION_VALUES[0]) != _ONLY_VALUE:
            self._names = [(place, name) for place, name in enumerate(names) if name]
        self._has_none = not any(names) or not self._names
        self._values: dict[str, dict[str, None]] = {name: {} for _, name in self._names}

    def choices(self, row: Row) -> tuple[OptionChoice, ...]:
        """What a variant has of each option."""
        named = {place for place, _ in self._names}
        for place, column in enumerate(OPTION_VALUES):
            value = row.get(column)
            if value and place not in named and not (self._has_none and value == _ONLY_VALUE):
                detail = f"The product's first row has no {OPTION_NAMES[place]}."
                self._cells.fail(row, column, "UNKNOWN_OPTION", detail)
        found = []
        for place, name in self._names:
            value = row.get(OPTION_VALUES[place])
            if value:
                self._values[name].setdefault(value)
                found.append(OptionChoice(name=name, value=value))
            else:
                detail = f"A variant has a value for {name[:60]!r}."
                self._cells.fail(row, OPTION_VALUES[place], "REQUIRED", detail)
        return tuple(found)

    def inputs(self) -> tuple[OptionInput, ...]:
        """The options with all values seen, in their order in the file."""
        return tuple(
            OptionInput(
                name=name,
                values=tuple(OptionValueInput(value=value) for value in self._values[name]),
            )
            for _, name in self._names
        )
