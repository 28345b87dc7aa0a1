"""A variant is chosen by plain links: every combination can be reached without any script."""

import pytest

from rustok.commerce.catalog.types import ChoiceView, OptionView, VariantView
from rustok.storefront.views.chooser import choices, selected
from tests.storefront.conftest import Look
from tests.storefront.markup import Markup


def chosen(page: Markup) -> tuple[str, ...]:
    """The values that the page marks as chosen."""
    return tuple(a.text for a in page.all("a", aria_current="true") if a.get("id"))


def sku(page: Markup) -> str:
    """The article number the page shows."""
    return page.all("dd")[0].text


@pytest.mark.usefixtures("shop")
async def test_links_lead_to_every_variant(look: Look) -> None:
    found: dict[str, tuple[str, ...]] = {}
    waiting, seen = ["/products/tarn-mug"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        page = await look(path)
        found[sku(page)] = chosen(page)
        assert page.canonical == "http://acme.localhost/products/tarn-mug"
        waiting += [a.get("href") for a in page.all("a") if a.get("id").startswith("option-")]
    assert found == {
        "MUG-OAT-SMALL": ("Oat", "Small"),
        "MUG-OAT-LARGE": ("Oat", "Large"),
        "MUG-INK-SMALL": ("Ink", "Small"),
        "MUG-INK-LARGE": ("Ink (sold out)", "Large (sold out)"),
    }


@pytest.mark.usefixtures("shop")
async def test_the_chosen_variant_tells_its_own_price_weight_and_stock(look: Look) -> None:
    page = await look("/products/tarn-mug")
    ink = next(a for a in page.all("a") if a.text == "Ink")
    small = await look(ink.get("href"))
    assert "€22.00" in small.classed("large")[0].text
    assert "€29.00" not in small.classed("large")[0].text
    large = next(a for a in small.all("a") if a.text.startswith("Large"))
    assert large.text == "Large (sold out)"
    sold_out = await look(large.get("href"))
    assert "Sold out at the moment" in sold_out.one("main").text
    assert "1.25 kg" in sold_out.one("main").text
    assert "€26.00" in sold_out.classed("large")[0].text


@pytest.mark.usefixtures("shop")
async def test_an_unknown_variant_shows_the_first_that_can_be_had(look: Look) -> None:
    assert sku(await look("/products/tarn-mug?variant=variant_nothing")) == "MUG-OAT-SMALL"


def made(key: str, *, available: bool = True, **values: str) -> VariantView:
    """A variant with these values."""
    return VariantView(
        id=key,
        sku=key,
        title=key,
        barcode=None,
        options=tuple(ChoiceView(name=name, value=value) for name, value in values.items()),
        price=None,
        compare_at_price=None,
        prices=(),
        weight_grams=None,
        available=available,
        image_id=None,
    )


def test_a_combination_that_does_not_exist_leads_to_the_nearest() -> None:
    options = (OptionView(name="a", values=("1", "2")), OptionView(name="b", values=("x", "y")))
    variants = (made("1x", a="1", b="x"), made("2y", a="2", b="y"))
    first, second = choices(options, variants, variants[0], "/p")
    assert [(v.text, v.href, v.selected, v.available) for v in first.values] == [
        ("1", "/p?variant=1x", True, True),
        ("2", "/p?variant=2y", False, False),
    ]
    assert [value.text for value in second.values] == ["x", "y"]


def test_of_variants_the_first_available_one_is_chosen() -> None:
    out, there = made("a", available=False, a="1"), made("b", a="2")
    assert selected((out, there), None) is there
    assert selected((out, there), "a") is out
    assert selected((out,), None) is out
    assert selected((), None) is None
