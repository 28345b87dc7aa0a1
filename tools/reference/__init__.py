"""The pages of `docs/reference/` that say what the code says, written by `make contracts`.

They are of RusToK's own modules: a third party's module in the same environment is left out.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from rustok.core.modules.manifest import Module
from rustok.core.modules.registry import Modules
from tools.reference import errors, events, graphql, metrics, permissions, rest, settings


def pages(modules: Sequence[Module], openapi: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each generated page, by the name of its file."""
    ordered = Modules(modules)
    yield "settings.md", settings.page(ordered)
    yield "permissions.md", permissions.page(ordered)
    yield "events.md", events.page(ordered)
    yield "errors.md", errors.page()
    yield "rest.md", rest.page(ordered, openapi)
    yield "graphql.md", graphql.page(ordered)
    yield "metrics.md", metrics.page()
