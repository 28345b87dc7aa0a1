"""Pages are revalidated by their content; files are kept for ever, and only files are served."""

from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import ProductUpdate
from rustok.core.context import Context
from rustok.core.errors import NotFound
from rustok.core.host import Host
from rustok.core.metrics import ProcessMetrics
from rustok.storefront.assets import Assets
from rustok.storefront.caching import matches
from rustok.storefront.static_files import StaticFiles, files_route
from tests.storefront.conftest import Settle
from tests.storefront.markup import Markup

PAGES = ("/", "/search?q=mug", "/collections", "/categories/mugs", "/products/tarn-mug")
TRAVERSALS = (
    "../secret.txt",
    "..%2fsecret.txt",
    "%2e%2e/secret.txt",
    "..%5csecret.txt",
    "....//secret.txt",
    "%2fetc/passwd",
    "/etc/passwd",
    "a/../../secret.txt",
    "%00",
    "a.svg%00.txt",
    ".hidden.svg",
    "link.svg",
    "",
    "a",
    "code.py",
)


def requests(host: Host, cache: str) -> float:
    """How often a cache of this process was asked."""
    marks = (f'cache="{cache}"', 'level="memory"')
    lines = host.get(ProcessMetrics).text().decode().splitlines()
    found = [line for line in lines if line.startswith("rustok_cache_requests_total{")]
    return sum(float(line.rpartition(" ")[2]) for line in found if all(m in line for m in marks))


@pytest.mark.usefixtures("shop")
async def test_what_the_caches_around_a_page_save_is_counted(
    visitor: httpx.AsyncClient, host: Host
) -> None:
    for path in ("/search?q=mug", "/products/tarn-mug", "/products/tarn-mug"):
        await visitor.get(path)
    assert requests(host, "storefront_chrome") == 3
    assert requests(host, "storefront_neighbours") == 2
    await visitor.get("/api/v1/store/products?facets=true")
    assert requests(host, "catalog_titles") == 1


@pytest.mark.usefixtures("shop")
async def test_an_unchanged_page_is_not_sent_again(visitor: httpx.AsyncClient) -> None:
    for path in PAGES:
        first = await visitor.get(path)
        tag = first.headers["etag"]
        assert tag.startswith('W/"')
        assert first.headers["cache-control"].startswith("public")
        again = await visitor.get(path, headers={"if-none-match": f'"other", {tag}'})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert (await visitor.get(path, headers={"if-none-match": 'W/"other"'})).status_code == 200


async def test_a_changed_product_is_sent_again(
    host: Host, shop: Context, visitor: httpx.AsyncClient, settle: Settle
) -> None:
    first = await visitor.get("/products/tarn-mug")
    key = Markup(first.text).data()["Product"]["productID"]
    await host.get(ProductService).update(shop, key, ProductUpdate(subtitle="Now even better"))
    await settle()
    tag = {"if-none-match": first.headers["etag"]}
    second = await visitor.get("/products/tarn-mug", headers=tag)
    assert second.status_code == 200
    assert "Now even better" in second.text


@pytest.mark.usefixtures("shop")
async def test_kept_pages_are_each_visitors_own(visitor: httpx.AsyncClient) -> None:
    """A page that is kept for one address, language or variant is not given to another."""
    by_host = await visitor.get("/products/tarn-mug")
    again = await visitor.get("/products/tarn-mug")
    by_path = await visitor.get("http://localhost/t/acme/products/tarn-mug")
    german = await visitor.get("/de/products/bergsee-tasse")
    assert by_host.content == again.content
    assert 'href="/t/acme/search"' in by_path.text
    assert Markup(by_path.text).canonical == "http://localhost/t/acme/products/tarn-mug"
    assert 'lang="de"' in german.text
    variant = next(a for a in Markup(by_host.text).all("a") if a.text == "Ink").get("href")
    assert (await visitor.get(variant)).content != by_host.content
    assert (await visitor.get("/products/tarn-mug")).content == by_host.content


@pytest.mark.usefixtures("shop")
async def test_head_answers_as_get_without_the_page(visitor: httpx.AsyncClient) -> None:
    got, asked = await visitor.get("/"), await visitor.head("/")
    assert asked.status_code == 200
    assert asked.content == b""
    assert asked.headers["etag"] == got.headers["etag"]


async def test_the_pages_own_files_are_kept_for_ever(
    visitor: httpx.AsyncClient, tenant: object
) -> None:
    page = Markup((await visitor.get("/")).text)
    style = page.one("link", rel="stylesheet").get("href")
    answer = await visitor.get(style)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    tag = {"if-none-match": answer.headers["etag"]}
    assert (await visitor.get(style, headers=tag)).status_code == 304
    plain = await visitor.get(style, headers={"accept-encoding": "identity"})
    assert plain.content == answer.content
    old = style.replace(Assets.load().version, "0123456789ab")
    assert (await visitor.get(old)).headers["cache-control"] == "public, max-age=60"


def test_style_and_script_stay_small() -> None:
    files = Assets.load().files
    assert len(files.get("shop.css").body) < 30_000
    assert len(files.get("shop.js").body) < 20_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files to serve, beside some that are nobody's business."""
    root = tmp_path / "files"
    (root / "deep").mkdir(parents=True)
    (root / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (root / "deep" / "b.txt").write_text("b" * 1000)
    (root / ".hidden.svg").write_text("hidden")
    (root / "code.py").write_text("code")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "link.svg").symlink_to(tmp_path / "secret.txt")
    return root


def test_only_files_of_the_folder_can_be_named(folder: Path) -> None:
    files = StaticFiles(folder)
    assert files.names == {"a.svg", "deep/b.txt"}
    for name in TRAVERSALS:
        with pytest.raises(NotFound):
            files.get(name)


@pytest.mark.parametrize("name", TRAVERSALS)
def test_no_path_leads_out_of_the_folder(folder: Path, name: str) -> None:
    app = Litestar([files_route("/files", StaticFiles(folder))], openapi_config=None)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get(f"/files/{name}")
        assert answer.status_code >= 400
        assert "secret" not in answer.text


def test_pictures_are_served_so_that_nothing_in_them_runs(folder: Path) -> None:
    app = Litestar([files_route("/files", StaticFiles(folder))], openapi_config=None)
    with TestClient(app) as client:
        picture = client.get("/files/a.svg")
        assert picture.headers["content-type"] == "image/svg+xml"
        assert picture.headers["content-security-policy"].startswith("default-src 'none'")
        text = client.get("/files/deep/b.txt", headers={"accept-encoding": "gzip"})
        assert text.text == "b" * 1000
        assert int(text.headers["content-length"]) < 1000
        assert text.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, False),
        ("*", True),
        ('W/"a"', True),
        ('"a"', True),
        ('"b", W/"a"', True),
        ("a", False),
    ],
)
def test_entity_tags_are_compared_weakly(given: str | None, *, expected: bool) -> None:
    assert matches(given, 'W/"a"') is expected
