"""Media types: read from headers, and the one to answer with."""

from functools import lru_cache
from typing import Final

import msgspec

HTML: Final = "text/html"
JSON: Final = "application/json"
GRAPHQL_JSON: Final = "application/graphql-response+json"
PREFERRED_FIRST: Final = (GRAPHQL_JSON, JSON)
LONGEST_ACCEPT: Final = 1_000


class MediaType(msgspec.Struct, frozen=True):
    """`type/subtype`, lower case, with its parameters."""

    name: str
    parameters: dict[str, str]

    @classmethod
    def parse(cls, text: str) -> "MediaType":
        """Read one media type; what cannot be read is left out."""
        name, *rest = text.split(";")
        pairs = (part.partition("=") for part in rest)
        parameters = {
            key.strip().lower(): value.strip().strip('"') for key, sign, value in pairs if sign
        }
        return cls(name.strip().lower(), parameters)

    @property
    def quality(self) -> float:
        """How welcome it is, 0 (not at all) to 1."""
        try:
            return min(max(float(self.parameters.get("q", "1")), 0.0), 1.0)
        except ValueError:
            return 0.0


@lru_cache(maxsize=256)
def negotiate(accept: str | None) -> str | None:
    """The media type to answer with, None when the client accepts none we have.

    Who does not care gets application/json; who accepts both alike gets the GraphQL type, whose
    HTTP status says whether the operation was executed.
    """
    if accept is None or not accept.strip():
        return JSON
    named = _named(accept)
    offered = [(named.get(name, 0.0), name) for name in PREFERRED_FIRST]
    quality, best = max(offered, key=lambda offer: offer[0])
    if quality > 0:
        return best
    wild = max(named.get("*/*", 0.0), named.get("application/*", 0.0))
    return JSON if wild > 0 and named.get(JSON) != 0 else None


@lru_cache(maxsize=256)
def prefers_html(accept: str | None) -> bool:
    """Whether a person's browser asks: it names HTML, and none of our types before it."""
    if accept is None or HTML not in accept.lower():
        return False
    named = _named(accept)
    html = named.get(HTML, 0.0)
    return html > max(named.get(name, 0.0) for name in PREFERRED_FIRST)


def _named(accept: str) -> dict[str, float]:
    ranges = [MediaType.parse(part) for part in accept[:LONGEST_ACCEPT].split(",")]
    return {media.name: media.quality for media in ranges}
