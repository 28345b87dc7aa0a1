"""Documents are written again and again, and never go back in time."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rustok.core.context import Context
from rustok.core.documents import DocumentIndex, Search
from rustok.core.events.ports import LogProgress
from rustok.core.host import Host
from rustok.testing.databases import TestDatabase
from tests.index.things import KIND, START, Thing, Things

ROWS = """
    SELECT id, handle, status, listed_at, amount_min, amount_max,
        tsvector_to_array(facets) AS facets
    FROM index_things
"""


async def titles(documents: DocumentIndex, ctx: Context, locale: str = "en") -> list[str]:
    result = await documents.search(ctx, KIND, Search(locale=locale, first=100))
    return sorted(msgspec.json.decode(d.body)["title"] for d in result.page.items)


async def test_there_is_a_document_for_each_locale(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    [id_] = await things.add(ctx, Thing(title="a"))
    assert await titles(documents, ctx, "en") == await titles(documents, ctx, "de") == ["a"]
    await things.save(ctx, Thing(title="a", locales=("en",)), id_)
    await things.project(ctx, id_)
    assert await titles(documents, ctx, "en") == ["a"]
    assert await titles(documents, ctx, "de") == []


async def test_projecting_twice_changes_nothing(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    [id_] = await things.add(ctx, Thing(title="a"))
    await things.project(ctx, id_, id_)
    await things.project(ctx, id_)
    assert await titles(documents, ctx) == ["a"]


async def test_the_event_of_something_deleted_deletes(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    [id_, _] = await things.add(ctx, Thing(title="a"), Thing(title="b"))
    await things.remove(ctx, id_)
    await things.project(ctx, id_)
    await things.project(ctx, id_)
    assert await titles(documents, ctx) == ["b"]


async def test_an_older_version_does_not_replace_a_newer_one(
    host: Host, things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    [id_] = await things.add(ctx, Thing(title="first"))
    await things.save(ctx, Thing(title="second"), id_)
    await things.project(ctx, id_)
    await things.set_version(ctx, id_, 1)
    await things.project(ctx, id_)
    assert (await documents.by_ids(ctx, KIND, [id_], "en"))[0].version == 2


async def test_two_documents_may_share_a_handle_while_one_takes_it_over(
    things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    [_, later] = await things.add(
        ctx, Thing(title="a", handle="mug", age_days=9), Thing(title="b", handle="mug")
    )
    document = await documents.by_handle(ctx, KIND, "mug", "en")
    assert document is not None
    assert document.id == later


class Catch:
    """Knows how far the log was read; asked to wait, it lets the projection come that far."""

    def __init__(self, things: Things, id_: UUID) -> None:
        self.asked: list[tuple[str, int]] = []
        self._things = things
        self._id = id_

    async def passed(self, ctx: Context, consumer: str, token: int) -> bool:
        self.asked.append((consumer, token))
        await self._things.project(ctx, self._id)
        return True


async def test_a_reader_who_names_its_write_sees_it(
    host: Host, things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    id_ = await things.save(ctx, Thing(title="mine", handle="mine"))
    progress = Catch(things, id_)
    host.provide(LogProgress, progress)
    assert await titles(documents, ctx) == []
    assert not progress.asked
    after = msgspec.structs.replace(ctx, after=42)
    assert await titles(documents, after) == ["mine"]
    assert await documents.by_handle(after, KIND, "mine", "en") is not None
    assert len(await documents.by_ids(after, KIND, [id_], "en")) == 1
    assert progress.asked == [("index.things", 42)] * 3


async def test_what_a_document_holds_stands_in_its_row_to_the_letter(
    things: Things, documents: DocumentIndex, ctx: Context, database: TestDatabase
) -> None:
    text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
    amounts = st.none() | st.integers(-(2**63), 2**63 - 1)
    given_things: list[Thing] = []

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(text, text, text, amounts, amounts, st.lists(text, max_size=3), st.integers(0, 9_000))
    def make(
        title: str,
        handle: str,
        status: str,
        amount: int | None,
        amount_max: int | None,
        values: list[str],
        age_days: int,
    ) -> None:
        given_things.append(
            Thing(
                title=title,
                handle=handle,
                status=status,
                amount=amount,
                amount_max=amount_max,
                facets=tuple(f"color={value}" for value in values),
                age_days=age_days,
                locales=("en",),
            )
        )

    make()
    ids = await things.add(ctx, *given_things)
    owner = await asyncpg.connect(database.owner_url)
    try:
        await owner.execute("SET row_security = off")
        rows = {row["id"]: row for row in await owner.fetch(ROWS)}
    finally:
        await owner.close()
    bodies = {found.id: found.body for found in await documents.by_ids(ctx, KIND, ids, "en")}
    for id_, thing in zip(ids, given_things, strict=True):
        row = rows[id_]
        assert (row["handle"], row["status"]) == (thing.handle, thing.status)
        dearest = thing.amount if thing.amount_max is None else thing.amount_max
        assert (row["amount_min"], row["amount_max"]) == (thing.amount, dearest)
        assert row["listed_at"] == START - timedelta(days=thing.age_days)
        assert set(row["facets"]) == {*thing.facets, "available=true", "="}
        assert msgspec.json.decode(bodies[id_]) == {"title": thing.title}
