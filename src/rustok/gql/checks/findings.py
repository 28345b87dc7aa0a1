"""What the comparison of fields with annotations has found."""

import msgspec


class Coverage(msgspec.Struct, frozen=True):
    """`checked` are the coordinates compared in full; `unchecked` tells why of each other one."""

    checked: tuple[str, ...]
    unchecked: dict[str, str]

    def lines(self) -> tuple[str, ...]:
        """The report for people: a total, then a line for each field that was passed over."""
        total = len(self.checked) + len(self.unchecked)
        return (
            f"{len(self.checked)} of {total} fields are checked against Python's annotations",
            *(f"- {coordinate}: {reason}" for coordinate, reason in self.unchecked.items()),
        )


class Findings:
    """Collects, field by field; `problems` are sentences."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._checked: dict[str, None] = {}
        self._unchecked: dict[str, str] = {}

    def checked(self, coordinate: str) -> None:
        """The field was compared, as far as nothing says otherwise."""
        self._checked.setdefault(coordinate)

    def unchecked(self, coordinate: str, reason: str) -> None:
        """The field, or a part of its type, was passed over."""
        self._unchecked.setdefault(coordinate, reason)

    def problem(self, sentence: str) -> None:
        """Something does not fit; the same is told once."""
        if sentence not in self.problems:
            self.problems.append(sentence)

    def coverage(self) -> Coverage:
        """What was compared, and what was not."""
        checked = tuple(sorted(self._checked.keys() - self._unchecked.keys()))
        return Coverage(checked, dict(sorted(self._unchecked.items())))
