"""Changes and questions at the same time, on a real engine with a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic

import pytest

from rustok.app.asgi import asgi
from rustok.app.bootstrap import open_host
from rustok.app.workers import all_workers
from rustok.core.context import TenantRef
from rustok.core.documents import DocumentChanges
from rustok.core.host import Host
from rustok.testing.databases import SECRET, TestDatabase
from rustok.testing.http import client_of
from tests.responses.conftest import TITLES, Shop, hearing, is_public

CHANGES = 60
ASKERS = 4


@pytest.fixture
async def working(host: Host, shop: Shop) -> AsyncIterator[None]:
    """The sequencer and the consumers run, as in `rustok run`, once the shop is open and settled.

    What another worker has begun is not waited for by who settles.
    """
    stopping = asyncio.Event()
    workers = asyncio.create_task(all_workers(host).run(stopping))
    yield
    stopping.set()
    await workers


@asynccontextmanager
async def another_process(database: TestDatabase) -> AsyncIterator[Host]:
    """A host that shares nothing with the first one but the database."""
    async with open_host(
        database.config, database.modules, database.urls, SECRET, workers=False
    ) as found:
        await hearing(found)
        yield found


def number(titles: list[str]) -> int:
    (title,) = titles
    return int(title.removeprefix("Version "))


@pytest.mark.usefixtures("working")
async def test_no_question_is_answered_with_less_than_was_heard_or_is_asked_for(
    shop: Shop, host: Host
) -> None:
    heard = asyncio.Event()
    host.get(DocumentChanges).listen(lambda _tenant: heard.set())
    done, known, kept, asked = False, 0, 0, 0

    async def change() -> None:
        nonlocal done, known
        for version in range(1, CHANGES + 1):
            heard.clear()
            token = await shop.rename(f"Version {version}")
            own = number(await shop.titles(**{"rustok-after": token}))
            assert own >= version, "somebody did not read their own write"
            async with asyncio.timeout(5):
                await heard.wait()
            known = version
        done = True

    async def ask() -> None:
        nonlocal kept, asked
        last = 0
        while not done:
            floor = known
            answer = await shop.ask()
            found = number([n["title"] for n in answer.json()["data"]["products"]["nodes"]])
            assert found >= max(floor, last), "an answer is older than one before it"
            last, asked = found, asked + 1
            kept += is_public(answer)
            await asyncio.sleep(0)

    async with asyncio.timeout(120):
        await asyncio.gather(change(), *(ask() for _ in range(ASKERS)))
    assert kept > 0.9 * asked > CHANGES  # a process held up for a second keeps nothing


@pytest.mark.usefixtures("working")
async def test_another_process_forgets_within_a_second(
    shop: Shop, database: TestDatabase, tenant: TenantRef
) -> None:
    async with another_process(database) as other, client_of(asgi(other), tenant) as elsewhere:
        for version in range(1, 6):
            for _ in range(3):  # the last one is kept there
                before = (await elsewhere.post("/graphql", json={"query": TITLES})).json()
            token = await shop.rename(f"Version {version}")
            await shop.titles(**{"rustok-after": token})
            seen_here = monotonic()
            while (await elsewhere.post("/graphql", json={"query": TITLES})).json() == before:
                assert monotonic() - seen_here < 1.0
                await asyncio.sleep(0)


async def test_nothing_is_kept_while_changes_may_be_missed(
    shop: Shop, host: Host, settle: Callable[[], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await shop.titles() == await shop.titles() == ["Version 0"]
    await shop.rename("Version 1")
    changes = host.get(DocumentChanges)
    monkeypatch.setattr(type(changes), "heard", property(lambda _self: False))
    monkeypatch.setattr(type(changes), "_heard", lambda *_: None)
    await settle()
    answer = await shop.ask()
    assert number([n["title"] for n in answer.json()["data"]["products"]["nodes"]]) == 1
    assert not is_public(answer)
