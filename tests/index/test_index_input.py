"""Whatever is typed into a search is answered, or refused with a reason."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rustok.core.context import Context
from rustok.core.documents import DocumentIndex, Search
from rustok.core.errors import ValidationFailed
from rustok.core.paging import InvalidCursor
from tests.index.things import KIND, Thing, Things

NASTY = (
    "",
    "   ",
    "!!!",
    "\x00",
    "lamp\x00",
    "lamp & | ! :* <-> ( )",
    "'; DROP TABLE index_things; --",
    "%' OR '1'='1",
    "\\'\\",
    "lamp:*A",
    "\ud800",
    "𝕝𝕒𝕞𝕡 ﬁne ½ ² ①",
    "ランプ 灯 مصباح лампа दीपक 🕯️",
    "the and of",
    "a" * 200,
    "é" * 200,
    "-" * 200,
)


async def answered(documents: DocumentIndex, ctx: Context, search: Search) -> bool:
    """Whether there was an answer; anything else must be a refusal, with what to mend."""
    try:
        await documents.search(ctx, KIND, search)
    except (ValidationFailed, InvalidCursor):
        return False
    return True


async def test_nasty_texts_are_searched_for(documents: DocumentIndex, ctx: Context) -> None:
    for locale in ("en", "de", "ja", "xx"):
        for text in NASTY:
            search = Search(locale=locale, text=text, count_facets=("color",), total=True)
            assert await answered(documents, ctx, search), (locale, text)


async def test_any_text_can_be_written_and_searched(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    texts = [text for text in NASTY if "\ud800" not in text]
    ids = await things.add(
        ctx, *[Thing(title=text, text=text * 50, keywords=(text,)) for text in texts]
    )
    found = await documents.by_ids(ctx, KIND, ids, "en")
    assert len(found) == len(texts)


async def test_any_search_is_answered_or_refused(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    """One event loop for all examples: hypothesis makes them, the loop runs them."""
    await things.add(ctx, Thing(title="Lamp", facets=("color=red",)))
    searches: list[Search] = []

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        text=st.none() | st.text(max_size=250),
        name=st.text(max_size=10),
        value=st.text(max_size=20),
        after=st.none() | st.text(max_size=30),
        amount=st.none() | st.integers(-(2**70), 2**70),
        locale=st.text(max_size=8),
    )
    def make(
        text: str | None,
        name: str,
        value: str,
        after: str | None,
        amount: int | None,
        locale: str,
    ) -> None:
        searches.append(
            Search(
                locale=locale,
                text=text,
                facets={name: (value,)},
                count_facets=(name,),
                amount_min=amount,
                after=after,
            )
        )

    make()
    answers = [await answered(documents, ctx, search) for search in searches]
    assert any(answers)
