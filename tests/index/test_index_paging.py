"""Pages follow each other without a gap or a repetition, whatever is inserted meanwhile."""

import pytest

from rustok.core.context import Context
from rustok.core.documents import DocumentIndex, Search, Sort, SortField
from rustok.core.errors import ValidationFailed
from rustok.core.paging import Cursor, InvalidCursor
from tests.index.things import KIND, Thing, Things

THINGS = [
    Thing(
        title=f"{letter} lamp",
        handle=letter,
        amount=None if n == 3 else (n % 3) * 100,
        age_days=n % 4,
        facets=("color=red",) if n % 2 else ("color=blue",),
        text="lamp " * (n % 5),
    )
    for n, letter in enumerate(("É", "a", "Z", "b", "ä", "C", "o", "ö", "e"))
]
FIELDS: list[tuple[SortField, bool]] = [
    (field, descending)
    for field in ("newest", "updated", "title", "price")
    for descending in (False, True)
]


async def pages(
    documents: DocumentIndex, ctx: Context, things: Things | None = None, **asked: object
) -> list[str]:
    """Every handle, page by page; with `things`, another one is added after each page."""
    found: list[str] = []
    after = None
    while True:
        search = Search(locale="en", after=after, first=2, **asked)  # type: ignore[arg-type]  # the tests' shorthand
        result = await documents.search(ctx, KIND, search)
        found += [document.handle for document in result.page.items]
        after = result.page.end
        if not result.page.has_next:
            return found
        if things is not None:
            await things.add(ctx, Thing(title="m lamp", handle="new", amount=100, age_days=2))


@pytest.mark.parametrize("text", [None, "lamp"])
@pytest.mark.parametrize(("field", "descending"), FIELDS)
async def test_every_document_comes_once_in_every_order(
    things: Things,
    documents: DocumentIndex,
    ctx: Context,
    field: SortField,
    descending: bool,
    text: str | None,
) -> None:
    await things.add(ctx, *THINGS)
    sort = Sort(field=field, descending=descending)
    whole = await documents.search(ctx, KIND, Search(locale="en", sort=sort, text=text, first=100))
    expected = [document.handle for document in whole.page.items]
    assert sorted(expected) == sorted(thing.handle for thing in THINGS)
    assert await pages(documents, ctx, sort=sort, text=text) == expected
    beside = await pages(documents, ctx, things, sort=sort, text=text)
    assert [handle for handle in beside if handle != "new"] == expected


async def test_pages_by_relevance_and_by_facet(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(ctx, *THINGS)
    everything = sorted(thing.handle for thing in THINGS)
    assert sorted(await pages(documents, ctx, text="lamp")) == everything
    red = await pages(documents, ctx, facets={"color": ("red",)})
    assert sorted(red) == sorted(t.handle for t in THINGS if "color=red" in t.facets)


async def test_titles_are_sorted_without_regard_to_case_and_accents(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(ctx, *THINGS)
    found = await pages(documents, ctx, sort=Sort(field="title"))
    assert "".join(found).lower() in {
        "aäbceéoöz",
        "äabceéoöz",
        "aäbcéeoöz",
        "äabcéeoöz",
        "aäbceéöoz",
        "äabceéöoz",
        "aäbcéeöoz",
        "äabcéeöoz",
    }


async def test_prices_are_sorted_and_what_has_none_comes_last_both_ways(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(ctx, *THINGS)
    amounts = {thing.handle: thing.amount for thing in THINGS}
    up = [amounts[h] for h in await pages(documents, ctx, sort=Sort(field="price"))]
    down = [
        amounts[h] for h in await pages(documents, ctx, sort=Sort(field="price", descending=True))
    ]
    assert up == [0, 0, 100, 100, 100, 200, 200, 200, None]
    assert down == [200, 200, 200, 100, 100, 100, 0, 0, None]


async def test_several_statuses_are_merged_in_order(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(
        ctx,
        *[
            Thing(title=f"t{n}", handle=f"t{n}", age_days=n, status=("draft", "active")[n % 2])
            for n in range(6)
        ],
    )
    assert await pages(documents, ctx, statuses=("draft", "active")) == [
        "t0",
        "t1",
        "t2",
        "t3",
        "t4",
        "t5",
    ]


NO_CURSORS = (
    "nonsense",
    Cursor("title", ("a", "x")).encode(),
    Cursor("newest", ("no time", "00000000-0000-0000-0000-000000000000")).encode(),
    Cursor("newest", ("2026-01-01 00:00:00+00", "no id")).encode(),
    Cursor("newest", ("2026-01-01 00:00:00+00",)).encode(),
    Cursor("newest", (1, 2)).encode(),
)


async def test_a_cursor_that_is_none_of_this_list_is_refused(
    documents: DocumentIndex, ctx: Context
) -> None:
    for after in NO_CURSORS:
        with pytest.raises(InvalidCursor):
            await documents.search(ctx, KIND, Search(locale="en", after=after))


async def test_a_page_has_1_to_100_documents(documents: DocumentIndex, ctx: Context) -> None:
    for first in (0, -1, 101):
        with pytest.raises(ValidationFailed):
            await documents.search(ctx, KIND, Search(locale="en", first=first))
