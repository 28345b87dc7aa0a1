"""GraphiQL is what a person's browser gets from /graphql, where it may."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

import httpx
import msgspec
import pytest

from rustok.app.asgi import asgi
from rustok.app.settings import PlatformSettings
from rustok.app.web.graphiql.page import FOLDER, NOTICE
from rustok.app.web.settings import GraphQLSettings
from rustok.core.context import TenantRef
from rustok.core.host import Host
from rustok.testing.databases import SECRET
from tests.api.callers import Caller

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
VENDORED = {
    "graphiql.min.css": "30487e07635d312a63f647b140d37740",
    "graphiql.min.js": "867226ba8af5ce7949903fc53932f78d",
    "graphql-ws.min.js": "5f1e250bdea0a551d58272048281dbf5",
    "react-dom.production.min.js": "35f4f974f4b2bcd44da73963347f8952",
    "react.production.min.js": "d949f1c3687aedadcedac85261865f29",
}


@asynccontextmanager
async def server(
    host: Host, monkeypatch: pytest.MonkeyPatch, graphiql: str, env: str
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application with these settings."""
    platform = msgspec.structs.replace(host.settings(PlatformSettings), env=env, secret_key=SECRET)
    graphql = GraphQLSettings(graphiql=graphiql)  # type: ignore[arg-type]  # one of the literals
    chosen = {PlatformSettings: platform, GraphQLSettings: graphql}
    read = host.settings
    monkeypatch.setattr(host, "settings", lambda kind: chosen.get(kind) or read(kind))
    transport = httpx.ASGITransport(asgi(host))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as found:
        yield found


async def page(web: httpx.AsyncClient, tenant: TenantRef, **headers: str) -> httpx.Response:
    return await web.get(f"/t/{tenant.slug}/graphql", headers={"accept": BROWSER} | headers)


async def test_a_browser_gets_a_page_made_of_our_own_files(
    web: httpx.AsyncClient, tenant: TenantRef
) -> None:
    answer = await page(web, tenant)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["vary"] == "accept"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    linked = re.findall(r'(?:src|href)="(/[^"]+)"', answer.text)
    assert len(linked) == 7
    for path in linked:
        file = await web.get(path, headers={"accept-encoding": "gzip"})
        assert file.status_code == 200, path
        assert "immutable" in file.headers["cache-control"]


async def test_programs_get_no_page(web: httpx.AsyncClient, tenant: TenantRef) -> None:
    for accept in ("*/*", "application/json", "application/graphql-response+json, text/html"):
        answer = await page(web, tenant, accept=accept)
        assert answer.status_code == 400, accept
        assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    url = f"/t/{tenant.slug}/graphql"
    asked = await web.get(url, params={"query": "{ version }"}, headers={"accept": "*/*"})
    assert "version" in asked.json()["data"]
    posted = await web.post(url, json={"query": "{ version }"}, headers={"accept": BROWSER})
    assert "version" in posted.json()["data"]


@pytest.mark.parametrize(
    ("graphiql", "env", "anonymous", "signed_in"),
    [
        ("development", "development", True, True),
        ("development", "production", False, True),
        ("always", "production", True, True),
        ("never", "development", False, False),
    ],
)
async def test_the_setting_says_who_gets_it(
    host: Host,
    tenant: TenantRef,
    admin: Caller,
    monkeypatch: pytest.MonkeyPatch,
    graphiql: str,
    env: str,
    anonymous: bool,
    signed_in: bool,
) -> None:
    async with server(host, monkeypatch, graphiql, env) as web:
        token = admin.headers["authorization"]
        for shown, headers in ((anonymous, {}), (signed_in, {"authorization": token})):
            answer = await page(web, tenant, **headers)
            assert answer.headers["content-type"].startswith("text/html") is shown
            assert answer.status_code == (200 if shown else 400)


def test_the_files_are_those_of_the_packages() -> None:
    found = {path.name: sha256(path.read_bytes()).hexdigest()[:32] for path in FOLDER.iterdir()}
    notice = NOTICE.read_text(encoding="utf-8")

    assert set(found) == {*VENDORED, "page.js", "page.css"}
    assert {name: found[name] for name in VENDORED} == VENDORED
    assert [name for name in VENDORED if name not in notice] == []
