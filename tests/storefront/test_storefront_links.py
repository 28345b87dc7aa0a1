"""No link of the shop is dead, wherever the shop is mounted and whatever the language."""

from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from rustok.core.context import TenantRef
from tests.storefront.markup import Markup

pytestmark = pytest.mark.usefixtures("shop")
ENOUGH = 400
ELSEWHERE = ("/static/demo/",)


def addresses(page: Markup) -> set[str]:
    """Everything the page leads to or loads from its own site."""
    found = set(page.links())
    found |= {link.get("href") for link in page.all("link")}
    found |= {script.get("src") for script in page.all("script") if script.get("src")}
    found |= {image.get("src") for image in page.all("img")}
    found |= {form.get("action") for form in page.all("form")}
    return {address for address in found if not address.startswith("#")}


async def crawl(visitor: httpx.AsyncClient, start: str) -> dict[str, int]:
    """The status of every address of the site that can be reached from the start."""
    seen: dict[str, int] = {}
    waiting = [start]
    while waiting and len(seen) < ENOUGH:
        path = waiting.pop(0)
        if path in seen:
            continue
        answer = await visitor.get(path)
        seen[path] = answer.status_code
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for address in addresses(Markup(answer.text)):
            whole = urlsplit(urljoin(str(answer.url), address))
            target = whole.path + (f"?{whole.query}" if whole.query else "")
            if whole.netloc == answer.url.netloc.decode() and not target.startswith(ELSEWHERE):
                waiting.append(target)
    return seen


async def test_every_link_leads_somewhere(visitor: httpx.AsyncClient) -> None:
    seen = await crawl(visitor, "/")
    assert {path: status for path, status in seen.items() if status != 200} == {}
    kinds = ("/products/", "/categories/", "/collections/", "/search?", "/de/", "/static/")
    for kind in kinds:
        assert any(path.startswith(kind) for path in seen), kind


async def test_links_stay_below_the_path_of_the_tenant(
    visitor: httpx.AsyncClient, tenant: TenantRef
) -> None:
    visitor.base_url = httpx.URL("http://localhost")
    base = f"/t/{tenant.slug}"
    seen = await crawl(visitor, f"{base}/")
    assert {path: status for path, status in seen.items() if status != 200} == {}
    assert len(seen) > 40
    assert [path for path in seen if not path.startswith((f"{base}/", "/static/"))] == []
