"""Which of a tenant's languages a caller gets."""

from functools import lru_cache

from rustok.core.errors import BadRequest


class UnknownLocale(BadRequest):
    """The tenant does not offer this language."""

    code = "UNKNOWN_LOCALE"
    title = "Language not offered"


def asked(text: str, offered: tuple[str, ...]) -> str:
    """The locale that a caller asks for by name; raises UnknownLocale."""
    for locale in offered:
        if locale.lower() == text.lower():
            return locale
    raise UnknownLocale(f"This tenant speaks {', '.join(offered)}.")


@lru_cache(maxsize=4096)
def negotiated(accept: str, offered: tuple[str, ...], default: str) -> str:
    """The best of the offered locales for an Accept-Language header (RFC 9110, lookup)."""
    wanted: list[tuple[float, int, str]] = []
    for number, part in enumerate(accept[:500].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if quality > 0:
            wanted.append((-quality, number, tag.lower()))
    for _, _, tag in sorted(wanted):
        for locale in offered:
            low = locale.lower()
            if low == tag or low.split("-")[0] == tag.split("-")[0]:
                return locale
    return default
