"""The path decides the language; pages name each other in every language they exist in."""

from urllib.parse import urljoin

import httpx
import pytest

from rustok.core.context import Context
from rustok.core.host import Host
from rustok.storefront.wording import LANGUAGES, texts
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantUpdate
from tests.storefront.conftest import Look

pytestmark = pytest.mark.usefixtures("shop")
PAGES = {
    "/": "/de/",
    "/search": "/de/search",
    "/collections": "/de/collections",
    "/collections/slow-mornings": "/de/collections/langsame-morgen",
    "/categories/mugs": "/de/categories/tassen",
    "/products/tarn-mug": "/de/products/bergsee-tasse",
}
MOVED = {
    "/en": "/",
    "/en/": "/",
    "/en/products/tarn-mug?variant=x": "/products/tarn-mug?variant=x",
    "/en/a b": "/a%20b",
    "/t/acme/en/search": "/t/acme/search",
}
EVIL = ("//evil.example/", "/en//evil.example", "/en/%2F/evil.example", "/en/\\evil.example")


async def test_details_are_named_in_the_language_of_the_page(
    host: Host, ctx: Context, look: Look
) -> None:
    theme = {"details": {"care_advice": {"en": "How to wash", "de": "Pflege"}}}
    await host.get(TenantService).update(ctx, TenantUpdate(settings={"storefront": theme}))
    assert "How to wash" in (await look("/products/tarn-mug")).one("main").text
    german = (await look("/de/products/bergsee-tasse")).one("main").text
    assert "Pflege" in german
    assert "Care advice" not in german


async def test_a_detail_without_a_name_is_called_by_its_key(look: Look) -> None:
    assert "Care advice" in (await look("/products/tarn-mug")).one("main").text


async def test_translations_name_each_other(look: Look) -> None:
    for english, german in PAGES.items():
        pages = {"en": await look(english), "de": await look(german)}
        for tag, page in pages.items():
            assert page.one("html").get("lang") == tag
            assert page.canonical == page.alternates()[tag]
            assert page.alternates() == pages["en"].alternates()
        assert pages["en"].alternates() == {
            "en": f"http://acme.localhost{english}",
            "de": f"http://acme.localhost{german}",
            "x-default": f"http://acme.localhost{english}",
        }
        switch = [link.get("href") for link in pages["en"].all("a") if link.get("hreflang")]
        assert switch == [english, german]


async def test_untranslated_products_point_to_their_original(look: Look) -> None:
    page = await look("/de/products/bowl-01")
    assert page.one("h1").text == "Bowl 01"
    assert page.canonical == "http://acme.localhost/products/bowl-01"
    assert set(page.alternates()) == {"en", "x-default"}


async def test_the_callers_preference_changes_nothing(visitor: httpx.AsyncClient) -> None:
    plain = await visitor.get("/", headers={"accept-language": "en"})
    german = await visitor.get("/", headers={"accept-language": "de"})
    assert plain.text == german.text
    assert "vary" not in plain.headers


async def test_the_default_language_has_no_prefix(visitor: httpx.AsyncClient) -> None:
    for path, target in MOVED.items():
        answer = await visitor.get(path)
        assert answer.status_code == 308, path
        assert answer.headers["location"] == target


async def test_a_slash_at_the_end_changes_nothing(look: Look) -> None:
    for path in ("/de", "/de/", "/search/", "/de/search/"):
        assert (await look(path)).canonical == (await look(path.rstrip("/"))).canonical


async def test_no_spelling_leads_to_another_host(visitor: httpx.AsyncClient) -> None:
    for path in EVIL:
        answer = await visitor.get(f"http://acme.localhost{path}")
        target = urljoin("http://acme.localhost/", answer.headers.get("location", "/"))
        assert answer.status_code in (308, 404), path
        assert target.startswith("http://acme.localhost/")
        assert "\\" not in target


async def test_texts_amounts_and_plurals_are_the_languages_own(look: Look) -> None:
    page = await look("/de/products/bergsee-tasse")
    assert "22,00 €" in page.one("main").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Auf Lager" in page.one("main").text
    assert (await look("/de/categories/geschirr")).classed("count")[0].text == "31 Artikel"


def test_every_language_has_every_text() -> None:
    english = texts("en")
    for language in LANGUAGES:
        found = texts(language)
        assert found.keys() == english.keys()
        for key, text in found.items():
            assert _placeholders(text) == _placeholders(english[key]), key
            assert text.strip()


def _placeholders(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}
