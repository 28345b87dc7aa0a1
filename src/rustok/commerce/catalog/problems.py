"""Collects everything that is wrong with an input, instead of only the first thing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from rustok.core.errors import FieldError, RustokError, ValidationFailed

Path = tuple[str | int, ...]


class Problems:
    """What was found so far."""

    def __init__(self) -> None:
        self.found: list[FieldError] = []

    def add(self, code: str, detail: str, *path: str | int) -> None:
        """Notes one problem."""
        self.found.append(FieldError(path=path, code=code, detail=detail))

    def text(self, value: str, *path: str | int, most: int, required: bool = False) -> str:
        """Checks a text: its length, characters that cannot be kept, and that it says something."""
        if required and not value.strip():
            self.add("REQUIRED", "This must not be empty.", *path)
        elif len(value) > most:
            self.add("TOO_LONG", f"At most {most} characters.", *path)
        elif not is_storable(value):
            self.add("INVALID_TEXT", "U+0000 and lone surrogates are not text.", *path)
        return value

    def number(self, value: int | None, *path: str | int, least: int, most: int) -> None:
        """Checks a whole number, where there is one."""
        if value is not None and not least <= value <= most:
            self.add("OUT_OF_RANGE", f"A number from {least} to {most}.", *path)

    def count(self, size: int, *path: str | int, most: int) -> bool:
        """Checks how many there are; whether they are few enough to be looked at."""
        if size > most:
            self.add("TOO_MANY", f"At most {most}.", *path)
        return size <= most

    @contextmanager
    def collecting(self, *path: str | int) -> Iterator[None]:
        """Notes what a checking function raises, under its own paths or this one."""
        try:
            yield
        except ValidationFailed as error:
            self.found.extend(error.errors)
        except RustokError as error:
            self.add(error.code, error.detail, *path)

    def stop(self) -> None:
        """Raises ValidationFailed with everything found, where something was."""
        if self.found:
            fail(self.found)


def fail(errors: list[FieldError]) -> NoReturn:
    """Raises ValidationFailed with these errors."""
    raise ValidationFailed(errors[0].detail, errors=errors)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep the text as it is."""
    if text.isascii():
        return "\0" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
