"""Rich text on its way to a page: sanitised again, whatever the database holds."""

from functools import lru_cache
from html import unescape

import nh3
from markupsafe import Markup

_TAGS = set(
    "a abbr b blockquote br caption code dd del div dl dt em figcaption figure h2 h3 h4 h5 h6 hr "
    "i img ins kbd li mark ol p pre q s small span strong sub sup table tbody td tfoot th thead tr "
    "u ul".split()
)
_ATTRIBUTES = {
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "*": {"lang", "dir"},
}
_RICH = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer nofollow",
)
_PLAIN = nh3.Cleaner(tags=set(), attributes={})


@lru_cache(maxsize=512)
def rich(html: str) -> Markup:
    """The HTML without anything that could run or break the page, marked as safe."""
    return Markup(_RICH.clean(html))  # noqa: S704  # made safe in this very line


@lru_cache(maxsize=512)
def plain(html: str, length: int = 300) -> str:
    """The text alone, cut at a word where it is longer than `length` characters."""
    text = " ".join(unescape(_PLAIN.clean(html.replace("<", " <"))).split())
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
