"""Handles: the part of an address that names a product, category or collection."""

import re
import unicodedata
from collections.abc import Iterator
from uuid import UUID

from rustok.commerce.catalog.domain import MAX_HANDLE
from rustok.core.ids import ALPHABET

_FORM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OTHERS = re.compile(r"[^a-z0-9]+")
_APOSTROPHES = re.compile("['\u2019\u02bc`]")
_CYRILLIC = dict(zip("абвгдезийклмнопрстуфхыэїєґ", "abvgdezijklmnoprstufhyeieg", strict=True))
_LETTERS = str.maketrans(
    _CYRILLIC
    | {"ё": "yo", "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"}
    | {"ъ": "", "ь": "", "\u0456": "i", "\u0131": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o"}
    | {"ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŋ": "n"}
    | {"&": " and ", "€": " eur ", "+": " plus ", "@": " at "}
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "&": " und "})


def is_handle(text: str) -> bool:
    """Whether a text is small letters and digits in words joined by single hyphens."""
    return len(text) <= MAX_HANDLE and _FORM.fullmatch(text) is not None


def slugify(text: str, locale: str = "") -> str:
    """A handle made from a text, or an empty text where nothing of it can be kept."""
    lowered = _APOSTROPHES.sub("", unicodedata.normalize("NFC", text).lower())
    if locale.partition("-")[0] == "de":
        lowered = lowered.translate(_GERMAN)
    decomposed = unicodedata.normalize("NFKD", lowered.translate(_LETTERS))
    ascii_only = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _OTHERS.sub("-", ascii_only).strip("-")[:MAX_HANDLE].rstrip("-")


def made(title: str, locale: str, owner: UUID, kind: str) -> str:
    """The handle of a title; where nothing of it can be kept, the kind and the end of the id."""
    return slugify(title, locale) or f"{kind}-{_tail(owner)}"


def numbered(base: str) -> Iterator[str]:
    """The handle itself, then with -2, -3 and so on, never longer than allowed."""
    yield base
    number = 2
    while True:
        ending = f"-{number}"
        yield base[: MAX_HANDLE - len(ending)].rstrip("-") + ending
        number += 1


def _tail(value: UUID) -> str:
    number = value.int
    return "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
