"""Every version of every event that was ever shipped is still understood, by everybody."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from rustok.app.workers import all_workers
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import PRODUCT_ID, ProductCreate
from rustok.core.clock import SystemClock
from rustok.core.context import Context
from rustok.core.events import Event
from rustok.core.events.upcasting import Upcasters
from rustok.core.host import Host
from rustok.core.modules.registry import Modules
from rustok.testing.databases import TestDatabase
from tools.write_contracts import own_modules
from tools.write_events_corpus import CORPUS, digest, digests, facts, file_name

FILES = sorted(CORPUS.glob("*.json"))
INSERT = """
    INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, aggregate_id,
                            aggregate_version, payload, occurred_at, correlation_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now(), 'corpus')
"""


def examples(path: Path) -> list[tuple[dict[str, Any], bytes]]:
    """The envelope's part of an example, with each of its payloads."""
    example = json.loads(path.read_text(encoding="utf-8"))
    payloads = example.pop("payloads")
    return [(example, msgspec.json.encode(payload)) for payload in payloads]


def test_every_version_that_is_declared_has_its_example() -> None:
    missing = {file_name(fact) for fact in facts()} - {path.name for path in FILES}

    assert not missing, "run python -m tools.write_events_corpus"


def test_no_example_was_changed_added_or_removed_by_hand() -> None:
    assert {path.name: digest(path) for path in FILES} == digests()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_is_raised_to_what_its_fact_is_today(path: Path) -> None:
    upcasters = Upcasters.of(Modules(own_modules()))
    present = {fact.name: fact for fact in facts()}
    for envelope, payload in examples(path):
        event = Event(
            id=uuid4(),
            position=1,
            tenant_id=uuid4(),
            aggregate_id=uuid4(),
            aggregate_version=1,
            payload=payload,
            occurred_at=SystemClock().now(),
            **envelope,
        )
        raised = upcasters.upcast(event)
        fact = present[event.name]
        assert raised.schema_version == fact.schema_version
        msgspec.json.decode(raised.payload, type=fact)


async def test_every_consumer_takes_every_example(
    host: Host, ctx: Context, database: TestDatabase
) -> None:
    """Of things that are there, and of things that nobody knows."""
    created = await host.get(ProductService).create(ctx, ProductCreate(title="Oak stool"))
    product_id = PRODUCT_ID.parse(created.product.id)
    workers = all_workers(host)
    await workers.settle()
    recorded = 0
    owner = await asyncpg.connect(database.owner_url)
    try:
        for path in FILES:
            for envelope, payload in examples(path):
                for version, thing in enumerate((product_id, uuid4()), start=1_000):
                    await append(owner, ctx.tenant.id, thing, version, envelope, payload)
                    recorded += 1
        await workers.settle()
        failed = await owner.fetch("SELECT consumer, error FROM sys_retries")
        dead = await owner.fetch("SELECT consumer, reason FROM sys_dead_letters")
        applied = await owner.fetchval(
            "SELECT count(*) FROM sys_events WHERE position > 0 AND correlation_id = 'corpus'"
        )
    finally:
        await owner.close()

    assert [*failed, *dead] == []
    assert applied == recorded > len(FILES)


async def append(
    owner: asyncpg.Connection,
    tenant_id: UUID,
    thing: UUID,
    version: int,
    envelope: dict[str, Any],
    payload: bytes,
) -> None:
    """Inserts an event as some earlier release left it."""
    await owner.execute(
        INSERT,
        tenant_id,
        uuid4(),
        envelope["name"],
        envelope["schema_version"],
        envelope["aggregate"],
        thing,
        version,
        payload.decode(),
    )
