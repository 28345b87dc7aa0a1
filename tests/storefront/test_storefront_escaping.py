"""Nothing that anyone writes into a shop runs in a page, or breaks one."""

import json

import httpx
import pytest

from rustok.commerce.catalog.service import CategoryService, CollectionService, ProductService
from rustok.commerce.catalog.types import (
    CategoryCreate,
    CollectionCreate,
    ImageInput,
    OptionChoice,
    OptionInput,
    OptionValueInput,
    PriceInput,
    ProductCreate,
    Seo,
    VariantInput,
)
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.storefront.richtext import rich
from rustok.storefront.structured_data import script
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantUpdate
from tests.storefront.conftest import Settle
from tests.storefront.markup import Markup

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}",
    "<!--><script>alert(1)</script>-->",
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
)
OWN_SCRIPTS = {"shop.js", "htmx.min.js"}


def check(page: Markup) -> None:
    """The page holds no script, handler, frame or style but the storefront's own."""
    for element in page.elements:
        handlers = [name for name in element.attributes if name.startswith("on")]
        assert handlers == [], (element.tag, element.attributes)
        assert element.tag not in ("iframe", "object", "embed", "base")
        for name in ("href", "src", "action", "hx-get"):
            address = element.get(name)
            assert not address.lower().strip().startswith(("javascript:", "data:", "vbscript:"))
    for code in page.all("script"):
        if code.get("type") == "application/ld+json":
            continue
        assert code.get("src").rpartition("/")[2] in OWN_SCRIPTS
        assert code.text == ""
    assert len(page.all("style")) == 1
    assert len(page.all("h1")) == 1
    assert page.data() is not None


@pytest.fixture
async def hostile(host: Host, ctx: Context, settle: Settle) -> Context:
    """A shop that is full of attacks, and the tenant's own words, too."""
    every = " ".join(ATTACKS)
    await host.get(CategoryService).create(
        ctx, CategoryCreate(title=every[:200], handle="cat", description_html=every)
    )
    await host.get(CollectionService).create(
        ctx, CollectionCreate(title=every[:200], handle="col", description_html=every)
    )
    made = await host.get(ProductService).create_many(
        ctx, [product(number, attack) for number, attack in enumerate(ATTACKS)]
    )
    assert [item.errors for item in made.items if item.errors] == []
    theme = {
        "tagline": {"en": every},
        "about": {"en": every},
        "accent": "red;}</style><script>alert(1)</script>",
        "hero": {"url": "javascript:alert(1)", "alt": {"en": every}},
        "logo": {"url": "data:text/html,<script>alert(1)</script>"},
    }
    update = TenantUpdate(name=every[:100], settings={"storefront": theme})
    await host.get(TenantService).update(ctx, update)
    await settle()
    return ctx


def product(number: int, attack: str) -> ProductCreate:
    """A product that has the attack in every text."""
    return ProductCreate(
        title=attack,
        handle=f"product-{number}",
        subtitle=attack,
        description_html=f"<p>{attack}</p><a href='javascript:alert(1)'>x</a>",
        seo=Seo(title=attack, description=attack),
        status="active",
        vendor=attack,
        product_type=attack,
        tags=(attack,),
        category="cat",
        collections=("col",),
        options=(
            OptionInput(
                name=attack, values=(OptionValueInput(value=attack), OptionValueInput(value="b"))
            ),
        ),
        variants=tuple(
            VariantInput(
                sku=f"{value}{number}",
                options=(OptionChoice(name=attack, value=value),),
                prices=(PriceInput(minor=100),),
            )
            for value in (attack, "b")
        ),
        images=(ImageInput(url="https://images.example/a.jpg?%22%3E", alt=attack),),
        metadata={attack: attack},
    )


@pytest.mark.usefixtures("hostile")
async def test_attacks_in_any_field_are_only_text(visitor: httpx.AsyncClient) -> None:
    paths = ["/", "/search", "/collections", "/categories/cat", "/collections/col", "/none"]
    paths += [f"/products/product-{number}" for number in range(len(ATTACKS))]
    for path in paths:
        answer = await visitor.get(path)
        assert answer.status_code == (404 if path == "/none" else 200), (path, answer.text[:300])
        check(Markup(answer.text))


@pytest.mark.usefixtures("hostile")
async def test_texts_are_shown_and_told_to_machines_unchanged(visitor: httpx.AsyncClient) -> None:
    for number, attack in enumerate(ATTACKS):
        page = Markup((await visitor.get(f"/products/product-{number}")).text)
        assert "".join(page.one("h1").parts) == attack
        assert page.data()["Product"]["name"] == attack


async def test_attacks_in_the_address_are_only_text(
    visitor: httpx.AsyncClient, tenant: object
) -> None:
    for attack in ATTACKS:
        for name in ("q", "vendor", "min", "max", "sort", "after", "option.x", attack):
            answer = await visitor.get("/search", params={name: attack})
            assert answer.status_code < 500
            check(Markup(answer.text))
    host = {"host": "127.0.0.1:<script>", "x-tenant-id": "acme"}
    answer = await visitor.get("/", headers=host)
    if answer.headers["content-type"].startswith("text/html"):
        check(Markup(answer.text))
        assert "127.0.0.1:<" not in answer.text


@pytest.mark.parametrize("attack", ATTACKS)
def test_data_for_machines_cannot_end_its_script(attack: str) -> None:
    text = script({"name": attack, "text": "\u2028&amp;"})
    assert not set("<>&") & set(text)
    assert json.loads(text)["name"] == attack


def test_rich_text_keeps_what_is_harmless() -> None:
    kept = "<p>a <strong>b</strong></p><ul><li>c</li></ul>"
    assert rich(kept) == kept
    assert rich('<img src="x" onerror="y"><a href="javascript:z">d</a>') == (
        '<img src="x"><a rel="noopener noreferrer nofollow">d</a>'
    )
