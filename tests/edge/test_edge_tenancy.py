"""From host, header or path to a tenant, over HTTP: 400, 403 and 404 as stated."""

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rustok.app.asgi import asgi
from rustok.app.edge.languages import negotiated
from rustok.app.edge.origin import Origins
from rustok.app.settings import PlatformSettings
from rustok.core.context import Context, TenantRef
from rustok.core.host import Host
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantUpdate

TENANT = "/api/v1/store/tenant"


async def slug(web: httpx.AsyncClient, path: str = TENANT, **headers: str) -> str:
    answer = await web.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["slug"])


async def refused(
    web: httpx.AsyncClient, status: int, code: str, path: str = TENANT, **headers: str
) -> None:
    answer = await web.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_by_host_header_and_path(
    web: httpx.AsyncClient, tenant: TenantRef, host: Host, ctx: Context
) -> None:
    await host.get(TenantService).update(ctx, TenantUpdate(domains=("shop.example",)))

    assert await slug(web, host="acme.localhost") == "acme"
    assert await slug(web, host="ACME.localhost:8000") == "acme"
    assert await slug(web, host="shop.example") == "acme"
    assert await slug(web, x_tenant_id="acme") == "acme"
    assert await slug(web, x_tenant_id=f" {str(tenant.id).upper()} ") == "acme"
    assert await slug(web, "/t/acme" + TENANT) == "acme"
    assert await slug(web, host="127.0.0.1:8000", x_tenant_id="other") == "other"
    assert await slug(web, host="[::1]:8000", x_tenant_id="other") == "other"


async def test_naming_the_same_tenant_twice_is_fine(web: httpx.AsyncClient) -> None:
    assert await slug(web, "/t/acme" + TENANT, host="acme.localhost", x_tenant_id="acme") == "acme"


async def test_what_is_wrong_is_said(web: httpx.AsyncClient) -> None:
    await refused(web, 400, "TENANT_MISSING")
    await refused(web, 400, "TENANT_INVALID", x_tenant_id="")
    await refused(web, 400, "TENANT_INVALID", x_tenant_id="a_b")
    await refused(web, 400, "TENANT_INVALID", host="admin.localhost")
    await refused(web, 400, "TENANT_INVALID", host="-a.localhost")
    await refused(web, 400, "TENANT_INVALID", path="/t/www" + TENANT)
    await refused(web, 400, "TENANT_CONFLICT", host="acme.localhost", x_tenant_id="other")
    await refused(web, 400, "TENANT_CONFLICT", path="/t/other" + TENANT, x_tenant_id="acme")
    await refused(web, 404, "TENANT_UNKNOWN", host="nobody.localhost")
    await refused(web, 404, "TENANT_UNKNOWN", host="evil.example")
    await refused(web, 404, "TENANT_UNKNOWN", host="acme.localhost.evil.example")
    await refused(web, 404, "TENANT_UNKNOWN", x_tenant_id="00000000-0000-7000-8000-000000000000")


async def test_a_disabled_tenant_is_forbidden(
    web: httpx.AsyncClient, host: Host, ctx: Context
) -> None:
    await host.get(TenantService).disable(ctx)

    await refused(web, 403, "TENANT_DISABLED", host="acme.localhost")


async def test_the_bare_host_lists_tenants_in_development(web: httpx.AsyncClient) -> None:
    answer = await web.get("/")

    assert answer.status_code == 200
    assert "http://acme.localhost/" in answer.text
    assert "http://other.localhost/" in answer.text


async def test_a_browser_gets_a_page_and_a_program_a_problem(web: httpx.AsyncClient) -> None:
    browser = {"host": "nobody.localhost", "accept": "text/html,*/*"}

    page = await web.get("/products/x", headers=browser)
    problem = await web.get("/api/v1/store/products", headers=browser)

    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "TENANT_UNKNOWN" in page.text
    assert problem.headers["content-type"] == "application/problem+json"


async def test_health_stands_outside_of_tenants(web: httpx.AsyncClient) -> None:
    for path in ("/health", "/health/live", "/health/ready", "/health/modules"):
        answer = await web.get(path, headers={"host": "nobody.localhost"})
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].startswith("application/health+json")


async def test_forwarded_headers_of_strangers_do_not_count(web: httpx.AsyncClient) -> None:
    assert await slug(web, host="acme.localhost", x_forwarded_host="other.localhost") == "acme"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=300))
async def test_no_host_or_header_breaks_the_server(web: httpx.AsyncClient, text: str) -> None:
    for name in ("host", "x-tenant-id"):
        answer = await web.get(TENANT, headers={name: text})
        assert answer.status_code in {200, 400, 404}
        assert answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("trusted", "client", "forwarded", "address", "host"),
    [
        ((), "10.0.0.1", "9.9.9.9", "10.0.0.1", "a.example"),
        (("10.0.0.0/8",), "10.0.0.1", "9.9.9.9", "9.9.9.9", "b.example"),
        (("10.0.0.0/8",), "11.0.0.1", "9.9.9.9", "11.0.0.1", "a.example"),
        (("10.0.0.0/8",), "10.0.0.1", "6.6.6.6, 9.9.9.9, 10.0.0.2", "9.9.9.9", "b.example"),
        (("10.0.0.0/8",), "10.0.0.1", "", "10.0.0.1", "b.example"),
    ],
)
def test_only_trusted_proxies_say_who_asks(
    trusted: tuple[str, ...], client: str, forwarded: str, address: str, host: str
) -> None:
    headers = [
        (b"host", b"a.example"),
        (b"x-forwarded-host", b"b.example"),
        (b"x-forwarded-for", forwarded.encode()),
    ]

    origin = Origins(trusted).read({"client": (client, 1), "headers": headers, "scheme": "http"})

    assert (origin.address, origin.host) == (address, host)


def test_the_public_url_fixes_the_scheme() -> None:
    scope = {"client": ("10.0.0.1", 1), "headers": [(b"host", b"a.example")], "scheme": "http"}

    assert Origins((), "https://a.example").read(scope).scheme == "https"
    assert Origins(()).read(scope).scheme == "http"


async def test_pages_link_to_where_a_trusted_proxy_was_reached(
    host: Host, tenant: TenantRef
) -> None:
    platform = msgspec.structs.replace(host.settings(PlatformSettings), trusted_proxies=("::1",))
    host._settings[PlatformSettings] = platform
    transport = httpx.ASGITransport(asgi(host), client=("::1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7") as web:
        page = await web.get(
            "/",
            headers={"x-forwarded-host": "acme.localhost", "x-forwarded-proto": "https"},
        )

    assert '<link rel="canonical" href="https://acme.localhost/"' in page.text


@pytest.mark.parametrize(
    ("accept", "locale"),
    [
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("fr,en;q=0.5,de;q=0.9", "de"),
        ("fr", "en"),
        ("de;q=0", "en"),
        ("de;q=x", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_languages_are_negotiated(accept: str, locale: str) -> None:
    assert negotiated(accept, ("en", "de"), "en") == locale
