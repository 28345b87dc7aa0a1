"""Rich text: what of HTML is kept, on write and again on render, in every module alike."""

import re
from html import unescape

import nh3

TAGS = frozenset(
    "a abbr b blockquote br caption code dd del div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i "
    "img ins kbd li mark ol p pre q s small span strong sub sup table tbody td tfoot th thead tr u "
    "ul".split()
)
ATTRIBUTES = {
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "*": {"lang", "dir"},
}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def cleaner(link_rel: str) -> nh3.Cleaner:
    """Cleans HTML by the one list of what is kept; links get this `rel`."""
    return nh3.Cleaner(
        tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=set(SCHEMES), link_rel=link_rel
    )


_RICH = cleaner("noopener noreferrer")
_PLAIN = nh3.Cleaner(tags=set(), attributes={})
_BARE_TAG = re.compile(f"</?(?:{'|'.join(sorted(TAGS))})>")


def sanitise(html: str) -> str:
    """The HTML without anything that could run, load from elsewhere as code, or break the page."""
    return _RICH.clean(html)


def plain(html: str) -> str:
    """The text alone, words of neighbouring elements apart, white space collapsed."""
    text = _BARE_TAG.sub(" ", html)
    if "<" in text:  # what takes a parser: attributes, comments, elements that are not kept
        text = _PLAIN.clean(html.replace("<", " <"))
    return " ".join(unescape(text).split())
