"""An error as a small page, for people whose browser named no shop that there is."""

from html import escape

from rustok.app.edge.asgi import Scope, Send, answer, header
from rustok.core.errors import RustokError
from rustok.core.http import problems

MACHINES = ("/api/", "/graphql", "/health", "/metrics", "/.well-known/", "/static/")
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<style>
:root {{ color-scheme: light dark; font: 17px/1.6 system-ui, sans-serif; }}
body {{ max-width: 34rem; margin: 22vh auto 0; padding: 0 1.5rem; }}
h1 {{ font-size: 2rem; letter-spacing: -0.02em; line-height: 1.15; margin: 0 0 0.75rem; }}
small {{ opacity: 0.7; }}
</style></head><body><main>
<h1>{title}</h1><p>{detail}</p><p><small>{code} · {request_id}</small></p>
</main></body></html>"""


def wants_page(scope: Scope) -> bool:
    """Whether a person looks at the answer."""
    accept = header(scope, b"accept") or ""
    return "text/html" in accept and not scope["path"].startswith(MACHINES)


async def answer_page(send: Send, error: RustokError, request_id: str) -> None:
    """Sends an error as a page."""
    body = PAGE.format(
        title=escape(error.title),
        detail=escape(error.detail),
        code=escape(error.code),
        request_id=escape(request_id),
    ).encode()
    headers = {**problems.headers(error), "content-type": "text/html; charset=utf-8"}
    await answer(send, error.status, headers, body)
