"""Templates, compiled once per process: all is escaped, a missing value is an error."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rustok.storefront.assets import Assets

FOLDER = Path(__file__).parent / "templates"


class Templates:
    """Renders the storefront's templates."""

    def __init__(self, assets: Assets) -> None:
        environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            cache_size=-1,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals["assets"] = {
            "style": assets.url("shop.css"),
            "script": assets.url("shop.js"),
            "htmx": assets.url("htmx.min.js"),
            "serif": assets.url("fonts/instrument-serif.woff2"),
            "sans": assets.url("fonts/instrument-sans.woff2"),
            "icon": assets.url("icon.svg"),
        }
        self._environment = environment

    def page(self, name: str, values: Mapping[str, Any]) -> bytes:
        """A whole page."""
        return self._environment.get_template(name).render(values).encode()

    def fragment(self, name: str, values: Mapping[str, Any]) -> Markup:
        """A part of pages, rendered beforehand."""
        return Markup(self._environment.get_template(name).render(values))  # noqa: S704  # templates escape
