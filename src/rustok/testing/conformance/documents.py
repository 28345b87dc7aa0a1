"""What any implementation of the DocumentIndex port must do, as a test class."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from rustok.core.context import Context
from rustok.core.documents import Document, DocumentIndex, Search, Sort
from rustok.core.errors import ValidationFailed
from rustok.core.host import Host
from rustok.core.paging import InvalidCursor

START = datetime(2026, 1, 1, tzinfo=UTC)
TITLES = ("Oak stool", "Oak table", "Ash table", "Crème jug", "Elm shelf")


def document(number: int, **changes: Any) -> Document:
    """One of the documents that the suite writes; the higher the number, the newer."""
    title = TITLES[number]
    values: dict[str, Any] = {
        "id": UUID(int=number + 1),
        "locale": "en",
        "version": 1,
        "handle": title.lower().replace(" ", "-"),
        "status": "active",
        "title": title,
        "body": msgspec.json.encode({"title": title}),
        "staff": b'{"margin":7}',
        "facets": (f"type={title.split()[1]}", f"vendor={title.split()[0]}"),
        "amount_min": 100 * (number + 1),
        "amount_max": 100 * (number + 1),
        "available": number % 2 == 0,
        "created_at": START + timedelta(days=number),
        "updated_at": START + timedelta(days=number),
        "published_at": START + timedelta(days=number),
    }
    return Document(**{**values, **changes})


EVERYTHING = tuple(document(number) for number in range(len(TITLES)))


class DocumentIndexConformance:
    """Subclass it and say how documents get in; `kind` is one that is installed."""

    kind: str

    def index(self, host: Host) -> DocumentIndex:
        """The implementation."""
        return host.get(DocumentIndex)

    async def put(self, host: Host, ctx: Context, documents: Sequence[Document]) -> None:
        """Writes documents of the context's tenant; those of an id that are left out go."""
        raise NotImplementedError

    async def found(self, host: Host, ctx: Context, **search: Any) -> list[str]:
        """The titles of a search, in order."""
        result = await self.index(host).search(ctx, self.kind, Search(locale="en", **search))
        return [msgspec.json.decode(item.body)["title"] for item in result.page.items]

    async def test_what_only_staff_may_see_comes_to_who_asks_for_it(
        self, host: Host, ctx: Context
    ) -> None:
        await self.put(host, ctx, EVERYTHING)
        index, stool = self.index(host), [UUID(int=1)]

        for staff, expected in ((False, None), (True, '{"margin":7}')):
            by_handle = await index.by_handle(ctx, self.kind, "oak-stool", "en", staff=staff)
            (by_id,) = await index.by_ids(ctx, self.kind, stool, "en", staff=staff)
            found = [by_handle, by_id]
            for text in (None, "stool"):
                search = Search(locale="en", ids=tuple(stool), text=text, staff=staff)
                found += (await index.search(ctx, self.kind, search)).page.items
            listed = await index.search(ctx, self.kind, Search(locale="en", staff=staff))
            found += [item for item in listed.page.items if item.id in stool]

            assert len(found) == 5
            assert [item and item.staff for item in found] == [expected] * 5

    async def test_a_document_is_found_by_handle_and_ids(self, host: Host, ctx: Context) -> None:
        await self.put(host, ctx, EVERYTHING)
        index = self.index(host)

        stool = await index.by_handle(ctx, self.kind, "oak-stool", "en", staff=True)
        wanted = [UUID(int=3), UUID(int=99), UUID(int=1)]
        several = await index.by_ids(ctx, self.kind, wanted, "en")

        assert stool is not None
        assert (stool.id, stool.body, stool.staff) == (
            UUID(int=1),
            '{"title":"Oak stool"}',
            '{"margin":7}',
        )
        assert [item.id for item in several] == [UUID(int=3), UUID(int=1)]
        assert await index.by_handle(ctx, self.kind, "oak-stool", "de") is None

    async def test_another_tenant_sees_nothing(
        self, host: Host, ctx: Context, other_ctx: Context
    ) -> None:
        await self.put(host, ctx, EVERYTHING)

        assert await self.found(host, other_ctx) == []
        assert await self.found(host, other_ctx, text="oak") == []
        ids = [item.id for item in EVERYTHING]
        assert await self.index(host).by_ids(other_ctx, self.kind, ids, "en") == []

    async def test_an_older_version_replaces_nothing(self, host: Host, ctx: Context) -> None:
        await self.put(host, ctx, [document(0, version=3, title="New")])
        await self.put(host, ctx, [document(0, version=2, handle="old")])

        assert await self.index(host).by_handle(ctx, self.kind, "old", "en") is None

    async def test_every_order_can_be_paged_through(self, host: Host, ctx: Context) -> None:
        await self.put(host, ctx, EVERYTHING)
        newest = list(reversed(TITLES))
        orders = {
            None: newest,
            Sort(field="newest"): newest,
            Sort(field="title"): sorted(TITLES),
            Sort(field="price"): list(TITLES),
            Sort(field="price", descending=True): newest,
        }

        for sort, expected in orders.items():
            assert await self._pages(host, ctx, sort) == expected, sort

    async def _pages(self, host: Host, ctx: Context, sort: Sort | None) -> list[str]:
        titles: list[str] = []
        after = None
        while True:
            search = Search(locale="en", sort=sort, first=2, after=after)
            page = (await self.index(host).search(ctx, self.kind, search)).page
            titles += [msgspec.json.decode(item.body)["title"] for item in page.items]
            after = page.end
            if not page.has_next:
                return titles

    async def test_a_cursor_of_another_order_is_refused(self, host: Host, ctx: Context) -> None:
        await self.put(host, ctx, EVERYTHING)
        search = Search(locale="en", sort=Sort(field="title"), first=2)
        page = (await self.index(host).search(ctx, self.kind, search)).page

        for after in (page.end, "nonsense"):
            with pytest.raises(InvalidCursor):
                await self.found(host, ctx, sort=Sort(field="price"), after=after)
        with pytest.raises(ValidationFailed):
            await self.found(host, ctx, first=0)

    @pytest.mark.parametrize(
        ("text", "titles"),
        [
            ("oak", {"Oak stool", "Oak table"}),
            ("table oak", {"Oak table"}),
            ("oak sto", {"Oak stool"}),
            ("creme", {"Crème jug"}),
            ("tabel", {"Oak table", "Ash table"}),
            ("zzzzz", set()),
        ],
    )
    async def test_words_are_found(
        self, host: Host, ctx: Context, text: str, titles: set[str]
    ) -> None:
        await self.put(host, ctx, EVERYTHING)

        assert set(await self.found(host, ctx, text=text)) == titles

    async def test_facets_narrow_and_are_counted(self, host: Host, ctx: Context) -> None:
        await self.put(host, ctx, EVERYTHING)
        search = Search(
            locale="en", facets={"type": ("table",)}, count_facets=("type", "vendor"), total=True
        )

        result = await self.index(host).search(ctx, self.kind, search)

        counts = {name: {v.value: v.count for v in facet} for name, facet in result.facets.items()}
        assert result.page.total == 2
        assert counts["vendor"] == {"Oak": 1, "Ash": 1}
        assert counts["type"] == {"table": 2, "stool": 1, "jug": 1, "shelf": 1}

    async def test_limits_narrow(self, host: Host, ctx: Context) -> None:
        await self.put(host, ctx, [*EVERYTHING[:4], document(4, status="draft")])

        assert await self.found(host, ctx, amount_min=200, amount_max=300) == [
            "Ash table",
            "Oak table",
        ]
        assert await self.found(host, ctx, available=False) == ["Crème jug", "Oak table"]
        assert await self.found(host, ctx, statuses=("draft",)) == ["Elm shelf"]
        assert await self.found(host, ctx, ids=(UUID(int=1),)) == ["Oak stool"]
