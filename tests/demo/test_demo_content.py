"""The shipped demo catalogues are complete, consistent and drawn by our own generator."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import msgspec
import pytest

from rustok.app.demo import content
from rustok.app.demo.content import DemoShop, Product

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
SAFE_TAGS = {"p", "ul", "li", "strong", "em"}


@pytest.fixture(params=content.SLUGS)
def shop(request: pytest.FixtureRequest) -> DemoShop:
    slug: str = request.param
    return content.load(slug)


def test_an_unknown_shop_is_refused_by_name() -> None:
    with pytest.raises(LookupError, match="nowhere"):
        content.load("nowhere")


def test_the_two_shops_differ_in_size_language_and_currency() -> None:
    demo, atelier = content.load("demo"), content.load("atelier")
    assert (len(demo.products), len(atelier.products)) == (60, 25)
    assert (demo.tenant.locales, demo.tenant.currency) == (("en",), "EUR")
    assert (atelier.tenant.locales, atelier.tenant.currency) == (("de", "en"), "CHF")
    assert atelier.tenant.default_locale == "de"


def test_every_text_exists_in_every_locale_of_its_tenant(shop: DemoShop) -> None:
    expected = set(shop.tenant.locales)
    incomplete = [
        (path, texts)
        for path, texts in _localized(msgspec.to_builtins(shop))
        if set(texts) != expected or not all(texts.values())
    ]
    assert incomplete == []


def test_handles_skus_and_barcodes_are_unique_and_well_formed(shop: DemoShop) -> None:
    for locale in shop.tenant.locales:
        handles = [product.handle[locale] for product in shop.products]
        assert _repeated(handles) == []
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", handle) for handle in handles)
    variants = [variant for product in shop.products for variant in product.variants]
    assert _repeated([variant.sku for variant in variants]) == []
    assert _repeated([variant.barcode for variant in variants]) == []
    assert [v.barcode for v in variants if not _is_ean13(v.barcode)] == []
    assert [v.sku for v in variants if not re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)+", v.sku)] == []


def test_skus_and_barcodes_of_the_two_shops_do_not_meet() -> None:
    demo, atelier = (
        {
            text
            for p in content.load(slug).products
            for v in p.variants
            for text in (v.sku, v.barcode)
        }
        for slug in content.SLUGS
    )
    assert demo & atelier == set()


def test_variants_cover_every_combination_of_option_values_once(shop: DemoShop) -> None:
    for product in shop.products:
        combinations = {variant.options for variant in product.variants}
        possible = 1
        for position, option in enumerate(product.options):
            possible *= len(option.values)
            indexes = {combination[position] for combination in combinations}
            assert indexes == set(range(len(option.values)))
        assert len(product.variants) == len(combinations) == possible
        assert possible <= 12


def test_prices_weights_and_stock_make_sense(shop: DemoShop) -> None:
    for product in shop.products:
        for variant in product.variants:
            assert 500 <= variant.price_minor <= 200_000
            assert variant.compare_at_minor is None or (
                variant.compare_at_minor > variant.price_minor
            )
            assert variant.weight_grams > 0
            assert variant.stock
            assert all(quantity >= 0 for quantity in variant.stock.values())


def test_each_shop_shows_the_variety_a_shop_has(shop: DemoShop) -> None:
    states = Counter(product.status for product in shop.products)
    assert (states["draft"], states["archived"]) == (1, 1)
    sizes = {len(product.variants) for product in shop.products}
    assert {1, 12} <= sizes
    assert sum(_on_sale(product) for product in shop.products) >= 3
    active = [product for product in shop.products if product.status == "active"]
    assert any(_sold_out(variant.stock) for product in active for variant in product.variants)
    assert any(variant.backorder for product in active for variant in product.variants)
    assert len({product.vendor for product in shop.products}) >= 4
    assert len({product.product_type for product in shop.products}) >= 12


def test_categories_and_collections_refer_to_what_exists(shop: DemoShop) -> None:
    nodes = list(shop.walk_categories())
    handles = [category.handle for category, _ in nodes]
    assert _repeated(handles) == []
    assert 6 <= len(shop.categories) <= 8
    parents = {parent.handle for _, parent in nodes if parent}
    used = {product.category for product in shop.products}
    assert used == set(handles) - parents
    products = {product.handle[shop.tenant.default_locale] for product in shop.products}
    assert 4 <= len(shop.collections) <= 6
    for collection in shop.collections:
        assert len(collection.products) >= 3
        assert set(collection.products) <= products
        assert _repeated(list(collection.products)) == []


def test_sale_collections_hold_only_reduced_products(shop: DemoShop) -> None:
    by_handle = {p.handle[shop.tenant.default_locale]: p for p in shop.products}
    sale = {"demo": "last-of-the-season", "atelier": "ausverkauf"}[shop.tenant.slug]
    collection = next(c for c in shop.collections if c.handle == sale)
    assert all(_on_sale(by_handle[handle]) for handle in collection.products)


def test_descriptions_are_plain_safe_html_and_none_is_used_twice(shop: DemoShop) -> None:
    for locale in shop.tenant.locales:
        texts = [product.description_html[locale] for product in shop.products]
        assert _repeated(texts) == []
        for text in texts:
            tags = _tags(text)
            assert set(tags) <= SAFE_TAGS
            assert tags.count("p") >= 2


def test_texts_for_search_engines_have_a_fitting_length(shop: DemoShop) -> None:
    for product in shop.products:
        for seo in product.seo.values():
            assert len(seo.title) <= 70
            assert 40 <= len(seo.description) <= 160


def test_the_german_texts_use_swiss_spelling() -> None:
    assert "ß" not in msgspec.json.encode(content.load("atelier")).decode()


def test_every_detail_of_a_product_has_a_name_in_every_language(shop: DemoShop) -> None:
    keys = {key for product in shop.products for key in product.metadata}
    assert set(shop.tenant.details) == keys
    for names in shop.tenant.details.values():
        assert set(names) == set(shop.tenant.locales)


def test_brand_colours_can_be_read_on_their_grounds(shop: DemoShop) -> None:
    theme = shop.tenant.theme
    assert _contrast(theme.accent, theme.ground) >= 4.5
    assert _contrast(theme.accent, theme.accent_soft) >= 4.5
    assert _contrast(theme.accent_dark, theme.ground_dark) >= 4.5


def test_every_picture_is_shipped_and_every_shipped_picture_is_used() -> None:
    named = [picture.file for slug in content.SLUGS for picture in content.load(slug).pictures()]
    assert _repeated(named) == []
    folder = resources.files(content) / "art"
    assert set(named) == {str(file) for file in _files(Path(str(folder)))}
    assert all(content.art(name).is_file() for name in named)


def test_pictures_are_small_svg_of_the_stated_size_without_active_content(shop: DemoShop) -> None:
    for picture in shop.pictures():
        data = content.art(picture.file).read_bytes()
        limit = 12_288 if "/products/" in picture.file else 32_768
        assert len(data) < limit, picture.file
        root = ET.fromstring(data)
        assert root.tag == f"{SVG}svg"
        assert root.get("viewBox") == f"0 0 {picture.width} {picture.height}"
        for element in root.iter():
            assert element.tag.removeprefix(SVG) not in {
                "script",
                "foreignObject",
                "image",
                "use",
                "a",
                "style",
                "animate",
                "set",
            }
            for name, value in element.attrib.items():
                assert not name.lower().startswith("on")
                assert "href" not in name.lower()
                assert re.findall(r"url\((?!#)", value) == []


def test_the_generator_draws_exactly_what_is_shipped(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "tools.draw_demo_art", "--out", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    shipped = Path(str(resources.files(content) / "art"))
    assert _files(tmp_path) == _files(shipped)
    changed = [
        file
        for file in sorted(_files(tmp_path))
        if (tmp_path / file).read_bytes() != (shipped / file).read_bytes()
    ]
    assert changed == []


def _localized(node: object, path: str = "") -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every mapping below `node` whose keys are locales."""
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from _localized(child, f"{path}[{index}]")
    elif isinstance(node, dict):
        localized = path.rpartition(".")[2].split("[")[0] in {
            "handle",
            "title",
            "subtitle",
            "description",
            "description_html",
            "seo",
            "alt",
            "name",
            "values",
            "tagline",
            "about",
        }
        if localized:
            yield path, node
        for key, child in node.items():
            yield from _localized(child, f"{path}.{key}")


def _repeated(texts: list[str]) -> list[str]:
    return [text for text, count in Counter(texts).items() if count > 1]


def _is_ean13(code: str) -> bool:
    if not re.fullmatch(r"[0-9]{13}", code):
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(code))
    return total % 10 == 0


def _on_sale(product: Product) -> bool:
    return all(variant.compare_at_minor for variant in product.variants)


def _sold_out(stock: Mapping[str, int]) -> bool:
    return sum(stock.values()) == 0


def _tags(html: str) -> list[str]:
    tags: list[str] = []

    class Collector(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert attrs == []
            tags.append(tag)

    Collector().feed(html)
    return tags


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2 between two `#rrggbb` colours."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _files(folder: Path) -> set[Path]:
    return {file.relative_to(folder) for file in folder.rglob("*.svg")}
