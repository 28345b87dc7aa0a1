"""Templates, compiled once per process: everything is escaped, a missing value is an error."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
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
        self._templates: Mapping[str, Template] = {
            name: environment.get_template(name) for name in environment.list_templates(["html"])
        }

    def page(self, name: str, values: Mapping[str, Any]) -> bytes:
        """A whole page."""
        return self._templates[name].render(values).encode()

    def fragment(self, name: str, values: Mapping[str, Any]) -> Markup:
        """A part of pages, rendered beforehand."""
        return Markup(self._templates[name].render(values))  # noqa: S704  # templates escape
