"""What a search finds, in which order, and what it counts."""

import pytest

from rustok.core.context import Context
from rustok.core.documents import DocumentIndex, Search, SearchResult, Sort
from rustok.core.errors import ValidationFailed
from tests.index.things import KIND, Thing, Things


async def found(documents: DocumentIndex, ctx: Context, **asked: object) -> SearchResult:
    return await documents.search(ctx, KIND, Search(locale="en", **asked))  # type: ignore[arg-type]  # the tests' shorthand


def handles(result: SearchResult) -> list[str]:
    return [document.handle for document in result.page.items]


async def test_every_word_must_be_in_the_document(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(
        ctx,
        Thing(title="Blue ceramic mug", handle="mug"),
        Thing(title="Blue plate", handle="plate"),
    )
    assert handles(await found(documents, ctx, text="mug blue")) == ["mug"]
    assert handles(await found(documents, ctx, text="mug plate")) == []


async def test_the_last_word_may_be_unfinished(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(ctx, Thing(title="Blue ceramic mug", handle="mug"))
    assert handles(await found(documents, ctx, text="blue cer")) == ["mug"]
    assert handles(await found(documents, ctx, text="cer blue")) == []


@pytest.mark.parametrize("text", ["creme brulee", "CRÈME BRÛLÉE", "crème brulée", "Creme-Brûlée!"])
async def test_accents_and_case_do_not_matter(
    things: Things, documents: DocumentIndex, ctx: Context, text: str
) -> None:
    await things.add(ctx, Thing(title="Crème brûlée torch", handle="torch"))
    assert handles(await found(documents, ctx, text=text)) == ["torch"]


async def test_words_are_stemmed_in_the_language_of_the_locale(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(
        ctx, Thing(title="Scented candles", titles={"de": "Duftende Häuser"}, handle="candles")
    )
    english = await documents.search(ctx, KIND, Search(locale="en", text="candle"))
    german = await documents.search(ctx, KIND, Search(locale="de", text="haus"))
    assert handles(english) == handles(german) == ["candles"]
    assert handles(await documents.search(ctx, KIND, Search(locale="de", text="candle"))) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cermaic", "ceramic"),
        ("ceramc", "ceramic"),
        ("ceramicc", "ceramic"),
        ("xeramic", "ceramic"),
        ("mgu", "mug"),
        ("candel", "candle"),
        ("blue cremaic", "blue ceramic"),
    ],
)
async def test_a_typing_error_is_corrected_where_nothing_else_is_found(
    things: Things, documents: DocumentIndex, ctx: Context, typed: str, meant: str
) -> None:
    await things.add(
        ctx,
        Thing(title="Blue ceramic mug", keywords=("candle",), handle="mug"),
        Thing(title="Linen towel", handle="towel"),
    )
    result = await found(documents, ctx, text=typed)
    assert handles(result) == ["mug"]
    assert result.corrected == meant


async def test_what_is_spelt_right_is_not_corrected(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(ctx, Thing(title="Lamp", handle="lamp"), Thing(title="Damp cloth"))
    result = await found(documents, ctx, text="lamp", facets={"color": ("red",)})
    assert handles(result) == []
    assert result.corrected is None


async def test_a_word_of_the_description_beats_a_correction(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(
        ctx, Thing(title="Lamp", handle="lamp"), Thing(title="Cloth", text="damp", handle="cloth")
    )
    assert handles(await found(documents, ctx, text="damp")) == ["cloth"]


async def test_pages_of_a_corrected_search_stay_corrected(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(ctx, *[Thing(title=f"Lantern {n}", handle=f"l{n}") for n in range(5)])
    seen: list[str] = []
    after = None
    while True:
        result = await found(documents, ctx, text="lanterm", first=2, after=after)
        seen += handles(result)
        after = result.page.end
        if not result.page.has_next:
            break
    assert sorted(seen) == ["l0", "l1", "l2", "l3", "l4"]


async def test_the_title_counts_more_than_keywords_and_those_more_than_the_text(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(
        ctx,
        Thing(title="Stool", text="goes with every oak table, oak bench, oak shelf", handle="text"),
        Thing(title="Table", keywords=("oak",), handle="keyword"),
        Thing(title="Oak table", handle="title"),
        Thing(title="Oakum rope", handle="prefix"),
    )
    assert handles(await found(documents, ctx, text="oak")) == [
        "title",
        "prefix",
        "keyword",
        "text",
    ]


COLORED = (
    Thing(title="A", handle="a", facets=("color=red", "size=S"), amount=100),
    Thing(title="B", handle="b", facets=("color=red", "size=M"), amount=200, available=False),
    Thing(title="C", handle="c", facets=("color=blue", "size=S", "size=M"), amount=300),
    Thing(title="D", handle="d", facets=("color=green's \\ & | !", "size=L"), amount=None),
)


def counts(result: SearchResult, name: str) -> dict[str, int]:
    return {value.value: value.count for value in result.facets[name]}


async def test_each_facet_is_counted_without_its_own_filter(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(ctx, *COLORED)
    result = await found(
        documents,
        ctx,
        facets={"color": ("red", "blue"), "size": ("S",)},
        count_facets=("color", "size", "available"),
        total=True,
    )
    assert sorted(handles(result)) == ["a", "c"]
    assert result.page.total == 2
    assert counts(result, "color") == {"red": 1, "blue": 1}
    assert counts(result, "size") == {"S": 2, "M": 2}
    assert counts(result, "available") == {"true": 2}


async def test_a_facets_name_counts_its_whole_family(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(
        ctx,
        Thing(title="A", handle="a", facets=("option.Size=S", "option.Color=red")),
        Thing(title="B", handle="b", facets=("option.Size=M", "option.Color=red")),
    )
    result = await found(
        documents, ctx, facets={"option.Size": ("S",)}, count_facets=("option", "vendor")
    )
    assert list(result.facets) == ["option.Color", "option.Size", "vendor"]
    assert counts(result, "option.Size") == {"S": 1, "M": 1}
    assert counts(result, "option.Color") == {"red": 1}
    assert counts(result, "vendor") == {}


async def test_signs_in_a_facets_value_are_only_signs(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(ctx, *COLORED)
    value = "green's \\ & | !"
    result = await found(documents, ctx, facets={"color": (value,)}, count_facets=("color",))
    assert handles(result) == ["d"]
    assert counts(result, "color") == {"red": 2, "blue": 1, value: 1}


async def test_price_and_availability_narrow_and_the_range_shows_what_there_is(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(ctx, *COLORED)
    result = await found(
        documents, ctx, amount_min=150, amount_max=300, available=True, count_facets=("available",)
    )
    assert handles(result) == ["c"]
    assert (result.amount_min, result.amount_max) == (100, 300)
    assert counts(result, "available") == {"true": 1, "false": 1}


async def test_counts_follow_every_change(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    [first, _] = await things.add(ctx, *COLORED[:2])
    for _ in range(2):
        result = await found(documents, ctx, count_facets=("color",), total=True)
        assert counts(result, "color") == {"red": 2}
        assert result.page.total == 2
    await things.remove(ctx, first)
    await things.project(ctx, first)
    result = await found(documents, ctx, count_facets=("color",), total=True)
    assert counts(result, "color") == {"red": 1}
    assert result.page.total == 1


async def test_only_the_statuses_asked_for_are_shown(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    await things.add(
        ctx,
        Thing(title="Mug", handle="draft", status="draft", age_days=2),
        Thing(title="Mug", handle="active", age_days=3),
        Thing(title="Mug", handle="archived", status="archived", age_days=1),
    )
    assert handles(await found(documents, ctx)) == ["active"]
    both = ("draft", "active")
    assert handles(await found(documents, ctx, statuses=both)) == ["draft", "active"]
    newest = Sort(field="newest")
    result = await found(documents, ctx, statuses=both, text="mug", sort=newest)
    assert handles(result) == ["draft", "active"]


async def test_by_handle_and_by_ids(things: Things, documents: DocumentIndex, ctx: Context) -> None:
    [a, b] = await things.add(ctx, *COLORED[:2])
    document = await documents.by_handle(ctx, KIND, "a", "en", staff=True)
    assert document is not None
    assert (document.id, document.body, document.staff) == (a, '{"title":"A"}', '{"margin":7}')
    assert await documents.by_handle(ctx, KIND, "a", "fr") is None
    assert [d.id for d in await documents.by_ids(ctx, KIND, [b, a, ctx.tenant.id], "en")] == [b, a]


async def test_too_long_a_text_is_refused(documents: DocumentIndex, ctx: Context) -> None:
    with pytest.raises(ValidationFailed) as refused:
        await found(documents, ctx, text="x" * 201)
    assert refused.value.errors[0].code == "SEARCH_TOO_LONG"


async def test_relevance_without_a_text_is_refused(documents: DocumentIndex, ctx: Context) -> None:
    with pytest.raises(ValidationFailed) as refused:
        await found(documents, ctx, sort=Sort(field="relevance"))
    assert refused.value.errors[0].code == "SORT_NEEDS_TEXT"
