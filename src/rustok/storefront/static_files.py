"""Files that a package ships, served by name: nothing outside the folder can be named.

The folder is listed once; a request's path is only ever looked up in that list, never joined to
the folder, so that no spelling of `..` leads anywhere.
"""

import gzip
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from rustok.core.errors import NotFound
from rustok.core.http import PUBLIC
from rustok.storefront.caching import matches

IMMUTABLE = "public, max-age=31536000, immutable"
ONE_DAY = "public, max-age=86400"
SHORT = "public, max-age=60"

TYPES = {
    ".avif": "image/avif",
    ".css": "text/css",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_COMPRESSED_WELL = frozenset({".css", ".js", ".svg", ".txt"})
_ISOLATED = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
}


class StaticFile(msgspec.Struct, frozen=True):
    """A file as it is sent, with its gzip where that is smaller."""

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str


class StaticFiles:
    """The files below a folder whose types are known; hidden files and links are left out."""

    def __init__(self, root: Path, *, kept: int = 256) -> None:
        self._paths = {
            path.relative_to(root).as_posix(): path for path in root.rglob("*") if _is_served(path)
        }
        self._read = lru_cache(maxsize=kept)(_read)

    @property
    def names(self) -> frozenset[str]:
        """What can be asked for."""
        return frozenset(self._paths)

    def get(self, name: str) -> StaticFile:
        """The file of a name; raises NotFound."""
        path = self._paths.get(name)
        if path is None:
            raise NotFound("There is no such file.")
        return self._read(path)

    def version(self) -> str:
        """A text that changes with any of the files."""
        digest = blake2b(digest_size=6)
        for name in sorted(self._paths):
            digest.update(name.encode() + b"\0" + self._paths[name].read_bytes())
        return digest.hexdigest()


def files_route(prefix: str, files: StaticFiles, cache_control: str = ONE_DAY) -> HTTPRouteHandler:
    """A route that serves the files at `<prefix>/<name>`."""

    @route(
        f"{prefix}/{{path:path}}",
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        opt=PUBLIC,
        include_in_schema=False,
        sync_to_thread=False,
    )
    def static_file(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
        return _answer(request, files.get(path.lstrip("/")), cache_control)

    return static_file


def versioned_route(prefix: str, files: StaticFiles, version: str) -> HTTPRouteHandler:
    """A route that serves the files at `<prefix>/<version>/<name>`, for ever where it is current.

    A page that was made by another version of the server still finds its files, for a moment.
    """

    @route(
        f"{prefix}/{{wanted:str}}/{{path:path}}",
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        opt=PUBLIC,
        include_in_schema=False,
        sync_to_thread=False,
    )
    def versioned_file(
        request: Request[Any, Any, Any], wanted: FromPath[str], path: FromPath[str]
    ) -> Response[bytes]:
        cache_control = IMMUTABLE if wanted == version else SHORT
        return _answer(request, files.get(path.lstrip("/")), cache_control)

    return versioned_file


def _is_served(path: Path) -> bool:
    hidden = path.name.startswith(".")
    return not hidden and path.suffix in TYPES and path.is_file() and not path.is_symlink()


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    packed = gzip.compress(body, 9, mtime=0) if path.suffix in _COMPRESSED_WELL else None
    return StaticFile(
        body=body,
        packed=packed if packed is not None and len(packed) < len(body) else None,
        media_type=TYPES[path.suffix],
        etag=f'"{blake2b(body, digest_size=12).hexdigest()}"',
    )


def _answer(
    request: Request[Any, Any, Any], file: StaticFile, cache_control: str
) -> Response[bytes]:
    headers = {"cache-control": cache_control, "etag": file.etag, **_ISOLATED}
    if file.packed is not None:
        headers["vary"] = "accept-encoding"
    if matches(request.headers.get("if-none-match"), file.etag):
        return Response(b"", status_code=304, headers=headers, media_type=file.media_type)
    body = file.body
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body = file.packed
        headers["content-encoding"] = "gzip"
        headers["etag"] = f"W/{file.etag}"
    return Response(body, headers=headers, media_type=file.media_type)
