"""The storefront's own style sheet, script and fonts, with the addresses pages link them by."""

from pathlib import Path

import msgspec
from litestar.handlers import HTTPRouteHandler

from rustok.storefront.static_files import StaticFiles, versioned_route

PREFIX = "/static/storefront"
FOLDER = Path(__file__).parent / "static"


class Assets(msgspec.Struct, frozen=True):
    """The folder of files under its present version."""

    files: StaticFiles
    version: str

    @classmethod
    def load(cls) -> "Assets":
        """The files of this package."""
        files = StaticFiles(FOLDER)
        return cls(files, files.version())

    def url(self, name: str) -> str:
        """The path of a file; raises NotFound, so that no page links what is not there."""
        self.files.get(name)
        return f"{PREFIX}/{self.version}/{name}"

    def route(self) -> HTTPRouteHandler:
        """Serves them."""
        return versioned_route(PREFIX, self.files, self.version)
