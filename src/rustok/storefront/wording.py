"""The storefront's own words: one JSON file per language, English for all others."""

from functools import lru_cache
from importlib import resources

import msgspec

FALLBACK = "en"
LANGUAGES = ("en", "de")


class Wording:
    """Looks up words of one language; called with a key and the values that its text names."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """The text; raises KeyError for a key the language does not have."""
        text = self._texts[key]
        return text.format_map(values) if values else text

    def count(self, key: str, amount: int, shown: str) -> str:
        """The text for an amount, from `key.one` or `key.other`, with the amount as shown."""
        form = "one" if amount == 1 else "other"
        return self._texts[f"{key}.{form}"].format_map({"n": shown})


@lru_cache(maxsize=64)
def wording(locale: str) -> Wording:
    """The words for a locale: its language's, else English."""
    language = locale.partition("-")[0]
    return Wording(texts(language if language in LANGUAGES else FALLBACK))


def texts(language: str) -> dict[str, str]:
    """Every text of one of `LANGUAGES` by key."""
    file = resources.files("rustok.storefront").joinpath("locales", f"{language}.json")
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str])
