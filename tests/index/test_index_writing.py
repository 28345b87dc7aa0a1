"""Documents are written again and again, and never go back in time."""

from uuid import UUID

import msgspec

from rustok.core.context import Context
from rustok.core.documents import DocumentIndex, Search
from rustok.core.events.ports import LogProgress
from rustok.core.host import Host
from tests.index.things import KIND, Thing, Things


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
