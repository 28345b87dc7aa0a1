"""Lists can be searched, narrowed, ordered and read to their end, all by their address."""

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.commerce.catalog.service import ProductService
from rustok.core.context import Context
from rustok.core.documents import FacetValue, SearchResult, Sort, StoredDocument
from rustok.core.host import Host
from rustok.core.paging import Page
from rustok.storefront.filters import FACETS, Filters, address, fields, parse
from rustok.storefront.views.facets import groups
from rustok.storefront.wording import wording
from tests.storefront import shelves
from tests.storefront.conftest import Look, Settle
from tests.storefront.markup import Markup

shop = pytest.mark.usefixtures("shop")
ODD = (
    "min=abc&max=-1&sort=evil&available=maybe&unknown=1",
    "q=%00&vendor=%00",
    "q=" + "x" * 5000,
    "min=99999999999999999999999&max=1e5",
    "q=%F0%9F%98%80%FF&vendor=%FF",
    "&".join(f"vendor={n}" for n in range(60)),
    "&".join(f"option.{n}=x" for n in range(30)),
    "&".join(f"a{n}=x" for n in range(300)),
    "q='; DROP TABLE tenants; --&vendor=' OR 1=1 --&option.=&option.a%3Db=c",
)


def titles(page: Markup) -> list[str]:
    """The titles of the page's cards."""
    return [h3.text for h3 in page.all("h3")]


def count(page: Markup) -> str:
    """How many products the page says there are."""
    return page.classed("count")[0].text


@shop
async def test_search_finds_by_words_and_forgives_a_typo(look: Look) -> None:
    page = await look("/search?q=tarn")
    assert titles(page) == ["Tarn Mug"]
    assert page.one("h1").text == "Results for “tarn”"
    assert page.one("input", id="q").get("value") == "tarn"
    forgiven = await look("/search?q=stonewear")
    assert titles(forgiven) == ["Tarn Mug"]
    assert "stoneware" in forgiven.classed("lead")[0].text


@shop
async def test_nothing_found_says_what_to_do(look: Look) -> None:
    page = await look("/search?q=zzzzzzzz")
    assert titles(page) == []
    assert count(page) == "0 products"
    assert "Nothing found" in page.one("main").text


@shop
async def test_facets_narrow_and_say_how_many(look: Look) -> None:
    page = await look("/search")
    makers = {
        box.get("value"): box.parent.text
        for box in page.all("input", name="vendor")
        if box.parent is not None
    }
    assert makers == {"Harrow": "Harrow15", "Ostra": "Ostra15", "Aldermoor": "Aldermoor1"}
    narrowed = await look("/search?vendor=Ostra&vendor=Aldermoor")
    assert count(narrowed) == "16 products"
    assert len(narrowed.all("input", name="vendor")) == 3
    coloured = await look("/search?option.Colour=Ink")
    assert titles(coloured) == ["Tarn Mug"]
    boxes = page.all("input", name="category")
    assert [box.parent.text for box in boxes if box.parent is not None] == ["Tableware31"]
    in_collection = page.one("input", name="collection").get("value")
    assert titles(await look(f"/search?collection={in_collection}")) == ["Tarn Mug"]


async def test_the_options_of_every_product_are_offered_however_old_it_is(
    look: Look, host: Host, ctx: Context, settle: Settle
) -> None:
    products = host.get(ProductService)
    oldest = msgspec.structs.replace(shelves.mug(), category=None, collections=())
    await products.create(ctx, oldest)
    await products.create_many(ctx, [shelves.bowl(n, category=None) for n in range(100)])
    await settle()
    page = await look("/search")
    boxes = [(box.get("name"), box.get("value")) for box in page.all("input", type="checkbox")]
    options = [box for box in boxes if box[0].startswith("option.")]
    assert options == [
        *(("option.Colour", "Ink"), ("option.Colour", "Oat")),
        *(("option.Size", "Large"), ("option.Size", "Small")),
    ]


def test_of_many_options_the_commonest_are_shown_and_those_in_force() -> None:
    counts = {f"option.{letter}": number for number, letter in enumerate("abcdefghi", 1)}
    facets: dict[str, tuple[FacetValue, ...]] = {
        name: (FacetValue("x", n), FacetValue("y", 1)) for name, n in counts.items()
    }
    page: Page[StoredDocument] = Page(items=(), cursors=(), has_next=False, total=20)
    result = SearchResult(page=page, facets=facets)
    chosen = Filters(chosen={"option.a": ("x",)})
    shown = groups(result, chosen, {}, wording("en"), "en")
    assert [group.name for group in shown] == [f"option.{letter}" for letter in "ihgfeda"]


@shop
async def test_each_active_filter_can_be_taken_back(look: Look) -> None:
    page = await look("/search?q=bowl&vendor=Ostra&available=1&min=12&max=30&sort=price-asc")
    removals = {a.get("aria-label"): a.get("href") for a in page.all("a") if a.get("aria-label")}
    assert removals["Remove filter: Ostra"] == (
        "/search?q=bowl&min=12&max=30&available=1&sort=price-asc"
    )
    assert removals["Remove filter: €12.00 to €30.00"] == (
        "/search?q=bowl&vendor=Ostra&available=1&sort=price-asc"
    )
    assert removals["Remove filter: In stock only"] == (
        "/search?q=bowl&vendor=Ostra&min=12&max=30&sort=price-asc"
    )
    clear = next(a for a in page.all("a") if a.text == "Clear all")
    assert clear.get("href") == "/search?q=bowl&sort=price-asc"


@shop
async def test_price_and_stock_limit_the_list(look: Look) -> None:
    assert titles(await look("/search?min=38&sort=price-asc")) == ["Bowl 28", "Bowl 29"]
    assert titles(await look("/search?max=10,50")) == ["Bowl 00"]
    assert count(await look("/search?available=1")) == "21 products"


@shop
async def test_lists_come_in_the_order_asked(look: Look) -> None:
    cheap = titles(await look("/categories/bowls?sort=price-asc"))
    dear = titles(await look("/categories/bowls?sort=price-desc"))
    assert cheap[:2] == ["Bowl 00", "Bowl 01"]
    assert dear[:2] == ["Bowl 29", "Bowl 28"]
    assert titles(await look("/categories/bowls?sort=title"))[:2] == ["Bowl 00", "Bowl 01"]
    chosen = (await look("/search?sort=title")).one("option", selected="")
    assert chosen.get("value") == "title"


@shop
async def test_load_more_reads_the_list_to_its_end(look: Look) -> None:
    for sort in ("", "newest", "title", "price-asc", "price-desc"):
        seen: list[str] = []
        path: str | None = f"/categories/bowls?vendor=Ostra&vendor=Harrow&sort={sort}"
        while path is not None:
            page = await look(path)
            seen += titles(page)
            more = page.all("a", id="more-link")
            path = more[0].get("href") if more else None
        assert sorted(seen) == [f"Bowl {number:02}" for number in range(shelves.BOWLS)], sort


@shop
async def test_only_the_plain_list_is_for_search_engines(look: Look) -> None:
    assert (await look("/categories/bowls")).canonical == "http://acme.localhost/categories/bowls"
    assert (await look("/categories/bowls?sort=title")).canonical is None
    assert (await look("/search?q=mug")).canonical is None


@shop
async def test_odd_addresses_are_answered(visitor: httpx.AsyncClient) -> None:
    for query in ODD:
        answer = await visitor.get(f"/search?{query}")
        assert answer.status_code in (200, 400, 422), query
        assert Markup(answer.text).one("h1").text


values = st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text)


@given(
    text=st.text(alphabet="abc äß&=?#+", max_size=20),
    chosen=st.dictionaries(
        st.sampled_from(FACETS), st.lists(values, min_size=1, max_size=5, unique=True)
    ),
    sort=st.sampled_from([None, "newest", "price-desc"]),
    only_available=st.booleans(),
)
def test_filters_survive_their_own_address(
    text: str, chosen: dict[str, list[str]], sort: str | None, *, only_available: bool
) -> None:
    filters = Filters(
        text=" ".join(text.split()),
        chosen={name: tuple(found) for name, found in chosen.items()},
        sort=sort,
        only_available=only_available,
    )
    query = address("/search", filters.pairs()).partition("?")[2]
    assert parse(fields(query.encode()), "EUR") == filters


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=300)), max_size=20))
def test_any_address_can_be_read(pairs: list[tuple[str, str]]) -> None:
    search = parse(pairs, "EUR").search("en", {}, ())
    assert search.sort is None or isinstance(search.sort, Sort)
    assert len(search.text or "") <= 200
