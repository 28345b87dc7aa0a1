"""Rich text on its way to a page: sanitised again, whatever the database holds."""

from functools import lru_cache

from markupsafe import Markup

from rustok.core import rich_text

_RICH = rich_text.cleaner("noopener noreferrer nofollow")


@lru_cache(maxsize=512)
def rich(html: str) -> Markup:
    """The HTML without anything that could run or break the page, marked as safe."""
    return Markup(_RICH.clean(html))  # noqa: S704  # made safe in this very line


@lru_cache(maxsize=512)
def plain(html: str, length: int = 300) -> str:
    """The text alone, cut at a word where it is longer than `length` characters."""
    text = rich_text.plain(html)
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
