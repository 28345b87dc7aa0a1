"""Which pages may open a stream: browsers let any page open a WebSocket to any host."""

from urllib.parse import urlsplit

from rustok.app.edge.asgi import Scope, header


def is_welcome(scope: Scope, allowed: tuple[str, ...]) -> bool:
    """Whether the page is one of this host, or of an allowed origin; what is no page always is."""
    origin = header(scope, b"origin")
    if origin is None or origin.lower() in {one.lower().rstrip("/") for one in allowed}:
        return True
    host = header(scope, b"host") or ""
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
