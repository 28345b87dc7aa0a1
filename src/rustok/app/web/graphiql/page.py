"""The page, its assets, and what a browser lets it do."""

from pathlib import Path
from typing import Final

from litestar.handlers import HTTPRouteHandler

from rustok.storefront.static_files import StaticFiles, versioned_route

FOLDER: Final = Path(__file__).parent / "assets"
NOTICE: Final = Path(__file__).parent / "NOTICE"
SCRIPTS: Final = (
    "react.production.min.js",
    "react-dom.production.min.js",
    "graphql-ws.min.js",
    "graphiql.min.js",
    "page.js",
)
STYLES: Final = ("graphiql.min.css", "page.css")
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Scripts are files of ours and nothing else is run, so no answer of the API can become one."""


class GraphiQL:
    """The page for a browser that opens the endpoint."""

    def __init__(self) -> None:
        self._files = StaticFiles(FOLDER)
        self._version = self._files.version()
        self._prefix = f"/static/graphiql/{self._version}"
        self.body = self._page().encode()
        self.headers = {
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": POLICY,
            "cache-control": "no-cache",
            "vary": "accept",
        }

    def assets(self) -> HTTPRouteHandler:
        """The route of scripts and styles, outside of every tenant."""
        return versioned_route("/static/graphiql", self._files, self._version)

    def _page(self) -> str:
        styles = "\n".join(f'<link rel="stylesheet" href="{self._prefix}/{n}">' for n in STYLES)
        scripts = "\n".join(f'<script src="{self._prefix}/{n}" defer></script>' for n in SCRIPTS)
        return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>GraphiQL · RusToK</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
{styles}
{scripts}
</head><body><div id="graphiql"></div>
<noscript>GraphiQL needs JavaScript; the endpoint itself does not.</noscript>
</body></html>"""
