"""The embedded PostgreSQL is killed under writers that repeat: each key has exactly one effect."""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from rustok.app.postgres import EmbeddedPostgres
from rustok.app.processes.embedded import DATABASE
from rustok.commerce.catalog.types import PRODUCT_ID
from rustok.testing.http import PASSWORD, bearer
from rustok.testing.live import LiveServer, serving
from tests.proof.read_model import (
    assert_the_read_model_is_a_rebuilds_by_command,
    documents,
    settled,
)

SEED = 20_261
KILLS = 4
WRITERS = 8
PRODUCTS = 8
STARTED_WITH = 1_000
ADMIN = "admin@example.org"
REPEATABLE = {409, 503}
"""In progress, or the database is gone: all that a caller who repeats may meet."""

EFFECTS = """
    SELECT t.title, count(*) FROM commerce_products p
    JOIN commerce_product_translations t ON t.tenant_id = p.tenant_id AND t.product_id = p.id
    GROUP BY 1
"""
CREATED = "SELECT aggregate_id, count(*) FROM sys_events WHERE name = 'product.created' GROUP BY 1"
STOCK = """
    SELECT v.sku, s.quantity FROM commerce_stock_levels s
    JOIN commerce_variants v ON v.tenant_id = s.tenant_id AND v.id = s.variant_id
"""


class Caller:
    """Somebody who repeats a request with its key until it is answered."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self._client = client
        self._headers = headers
        self._answered = asyncio.Condition()
        self.answers = 0
        self.refusals: Counter[str] = Counter()

    async def write(self, path: str, body: Any, key: str) -> Any:
        """The body of the answer that says it was done."""
        headers = {**self._headers, "idempotency-key": key}

        async def done() -> httpx.Response | None:
            answer = await self._client.post(f"/api/v1/admin{path}", json=body, headers=headers)
            if answer.is_success:
                return answer
            assert answer.status_code in REPEATABLE, answer.text
            self.refusals[answer.json()["code"]] += 1
            return None

        while (answer := await done()) is None:  # noqa: ASYNC110  # what a caller does
            await asyncio.sleep(0.02)
        async with self._answered:
            self.answers += 1
            self._answered.notify_all()
        return answer.json()

    async def answered(self, count: int) -> None:
        """Returns once so many writes were answered in all."""
        async with self._answered, asyncio.timeout(60):
            await self._answered.wait_for(lambda: self.answers >= count)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home whose database is deleted afterwards, wherever it lies."""
    found = tmp_path / "home"
    yield found
    EmbeddedPostgres.remove(found)


@pytest.fixture
async def server(home: Path) -> AsyncIterator[LiveServer]:
    """`rustok run` on a database of its own, with a tenant and somebody who may change it."""
    async with serving(None, home) as found:
        made = await found.rustok("tenant", "create", "acme", "--name", "Acme")
        assert made.code == 0, made.errors
        made = await found.rustok(
            *("user", "create", ADMIN, "--tenant", "acme", "--role", "admin", "--password-stdin"),
            given=PASSWORD,
        )
        assert made.code == 0, made.errors
        yield found


@pytest.fixture
async def caller(server: LiveServer) -> AsyncIterator[Caller]:
    """The tenant's admin."""
    async with httpx.AsyncClient(base_url=server.tenant_url("acme"), timeout=30) as client:
        given = {"email": ADMIN, "password": PASSWORD}
        signed_in = await client.post("/api/v1/auth/login", json=given)
        assert signed_in.status_code == 201, signed_in.text
        yield Caller(client, bearer(signed_in.json()["accessToken"]))


async def fill(caller: Caller, writer: int) -> dict[str, str]:
    """Makes products, and takes from the stock of each as often as its number says; their ids."""
    written: dict[str, str] = {}
    for number in range(PRODUCTS):
        title = f"Lamp {writer}-{number}"
        variant = {"sku": title, "stock": [{"quantity": STARTED_WITH}]}
        body = {"title": title, "status": "active", "variants": [variant]}
        made = await caller.write("/products", body, key=title.replace(" ", "-"))
        written[title] = made["id"]
        taken = [{"variant": made["variants"][0]["id"], "delta": -1}]
        for time in range(number):
            await caller.write("/stock/adjustments", taken, key=f"{writer}-{number}-{time}")
    return written


async def kill(home: Path, caller: Caller, chance: random.Random) -> None:
    """Kills the server several times, each while all writers but one wait for an answer."""
    every = WRITERS * (PRODUCTS + sum(range(PRODUCTS)))
    for count in sorted(chance.sample(range(every * 4 // 5), KILLS)):
        await caller.answered(max(count, caller.answers + 1))
        found = EmbeddedPostgres.find(home)
        assert found is not None
        os.kill(int((found.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


async def test_each_key_has_one_effect_however_often_the_database_is_killed(
    home: Path, server: LiveServer, caller: Caller
) -> None:
    writers = [fill(caller, number) for number in range(WRITERS)]
    async with asyncio.timeout(240):
        *told, _ = await asyncio.gather(*writers, kill(home, caller, random.Random(SEED)))
    assert caller.refusals["DATABASE_UNAVAILABLE"] >= KILLS
    expected = {title: id_ for written in told if written for title, id_ in written.items()}

    found = EmbeddedPostgres.find(home)
    assert found is not None
    owner = await asyncpg.connect(found.url(database=DATABASE))
    try:
        await settled(owner)
        assert dict(await owner.fetch(EFFECTS)) == dict.fromkeys(expected, 1)
        created = dict(await owner.fetch(CREATED))
        assert created == {PRODUCT_ID.parse(text): 1 for text in expected.values()}
        left = {title: STARTED_WITH - int(title.rpartition("-")[2]) for title in expected}
        assert dict(await owner.fetch(STOCK)) == left
        keys = await owner.fetchval("SELECT count(*) FROM sys_idempotency_keys")
        assert keys == caller.answers
        assert len(await documents(owner, "products")) == len(expected)
        await assert_the_read_model_is_a_rebuilds_by_command(server, owner)
    finally:
        await owner.close()
