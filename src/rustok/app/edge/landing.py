"""In development, the bare host lists the tenants; in production it names none."""

from collections.abc import Sequence
from html import escape

from rustok.app.edge.asgi import Scope, Send, answer, header
from rustok.core.context import TenantRef

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>RusToK</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; font: 17px/1.6 system-ui, sans-serif; }}
body {{ max-width: 40rem; margin: 12vh auto; padding: 0 1.5rem; }}
h1 {{ font-size: 2rem; letter-spacing: -0.02em; margin: 0; }}
ul {{ list-style: none; padding: 0; margin: 2rem 0; display: grid; gap: 0.75rem; }}
li a {{ display: block; padding: 1rem 1.25rem; border: 1px solid #8884; border-radius: 0.75rem;
  text-decoration: none; color: inherit; }}
li a:hover, li a:focus-visible {{ border-color: currentColor; }}
small {{ opacity: 0.75; }}
</style></head><body><main>
<h1>RusToK</h1>
<p>This server runs {count}. Each has a host of its own.</p>
<ul>{items}</ul>
<p><small><a href="/api/docs">API documentation</a> · <a href="/health">Health</a> ·
This page is shown in development only.</small></p>
</main></body></html>"""


async def send_landing(send: Send, scope: Scope, tenants: Sequence[TenantRef]) -> None:
    """Answers with the tenants, each below the host that was asked for."""
    items = "".join(_item(scope, tenant) for tenant in tenants)
    count = f"{len(tenants)} tenant{'' if len(tenants) == 1 else 's'}"
    body = PAGE.format(count=count, items=items).encode()
    headers = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"}
    await answer(send, 200, headers, body)


def _item(scope: Scope, tenant: TenantRef) -> str:
    host = header(scope, b"host") or "localhost"
    url = f"{scope.get('scheme', 'http')}://{tenant.slug}.{host}/"
    about = f"{', '.join(tenant.locales)} · {tenant.currency}"
    return (
        f'<li><a href="{escape(url)}"><strong>{escape(tenant.name)}</strong><br>'
        f"<small>{escape(url)} · {escape(about)}</small></a></li>"
    )
