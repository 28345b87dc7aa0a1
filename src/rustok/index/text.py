"""Text as it is searched: folded to plain words, stemmed by the language of its locale."""

import re
import unicodedata
from functools import lru_cache
from typing import TypeAlias

from rustok.core.errors import invalid

Alternatives: TypeAlias = list[tuple[str, ...]]  # for each word of a search, what it may be

MAX_QUERY = 200
MAX_TEXT = 100_000
MAX_WORDS = 16
_LOCALES = 256

# Marks are dropped from Latin and Greek letters only: elsewhere they make another letter.
_MARKS = re.compile(r"(?<=[a-z\u0370-\u03ff])[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W_]+")
_APART = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256)
_LETTERS = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",  # noqa: RUF001  # Turkish on purpose
    "ё": "е",  # noqa: RUF001  # Cyrillic on purpose
}
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")

# The stemmers that every PostgreSQL from 15 on has built in.
_LANGUAGES = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}


@lru_cache(_LOCALES)
def configuration(locale: str) -> str:
    """The text search configuration of a locale such as `de` or `de-CH`."""
    return _LANGUAGES.get(re.split(r"[-_]", locale, maxsplit=1)[0].lower(), "simple")


def fold(text: str) -> str:
    """The text in lower case and without accents, so that `Crème` and `creme` are the same."""
    lowered = text.casefold()
    if lowered.isascii():
        return lowered
    replaced = _LETTER.sub(_replaced, lowered)
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", replaced))
    return unicodedata.normalize("NFC", plain)


def _replaced(letter: re.Match[str]) -> str:
    return _LETTERS[letter[0]]


def words(text: str) -> list[str]:
    """The folded words of a text, split at everything that is neither letter nor digit."""
    folded = fold(text[:MAX_TEXT])
    return _apart(folded).split() if folded.isascii() else _WORD.findall(folded)


def spaced(text: str) -> str:
    """The folded words of a text with blanks between them, for PostgreSQL's parser."""
    folded = fold(text[:MAX_TEXT])
    return _apart(folded) if folded.isascii() else " ".join(_WORD.findall(folded))


def _apart(folded: str) -> str:
    return folded.encode("ascii").translate(_APART).decode("ascii")


def asked_words(text: str) -> list[str]:
    """The words of a search; raises ValidationFailed with SEARCH_TOO_LONG."""
    if len(text) > MAX_QUERY:
        raise invalid("SEARCH_TOO_LONG", f"A search has {MAX_QUERY} characters at most.", "query")
    return words(text)[:MAX_WORDS]


def any_prefix(alternatives: Alternatives) -> str:
    """A tsquery text: one of each word's alternatives, the last word as a prefix."""
    if not alternatives:
        return ""
    last = " | ".join(f"'{word}':*" for word in alternatives[-1])
    return " & ".join([*(_either(words) for words in alternatives[:-1]), f"({last})"])


def exactly(alternatives: Alternatives) -> str:
    """A tsquery text: one of each word's alternatives, as whole words."""
    return " & ".join(_either(words) for words in alternatives)


def _either(alternatives: tuple[str, ...]) -> str:
    return "(" + " | ".join(f"'{word}'" for word in alternatives) + ")"


def lexeme(name: str, value: str) -> str:
    """A facet's value as it stands in a document."""
    return f"{name}={value}"


def quoted(lexeme: str) -> str:
    """The lexeme as part of a tsquery's text."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
