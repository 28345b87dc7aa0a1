"""`rustok events` and `rustok dead-letters` show the log and mend what failed."""

import json
from collections.abc import Sequence
from typing import Any

from rustok.app.workers import all_workers
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import ProductCreate
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from rustok.outbox.settling import drain
from rustok.outbox.workers import runner, sequencer
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantUpdate
from tests.cli.conftest import Command


class Refusing:
    """A consumer that fails while it is told to."""

    name = "test.refusing"
    events: tuple[str, ...] | None = ("tenant.updated",)
    retry = RetryPolicy(attempts=1)

    def __init__(self) -> None:
        self.refuses = True
        self.handled: list[Event] = []

    async def handle(self, _ctx: Context, _session: WriteSession, events: Sequence[Event]) -> None:
        if self.refuses:
            raise RuntimeError("refused,\nas the test wants it")
        self.handled.extend(events)


async def update(host: Host, ctx: Context) -> None:
    await host.get(TenantService).update(ctx, TenantUpdate(name="Renamed"))


async def lines(command: Command, *arguments: str) -> list[dict[str, Any]]:
    finished = await command("events", "tail", "--json", *arguments)
    assert (finished.code, finished.errors) == (0, "")
    return [json.loads(line) for line in finished.output.splitlines()]


async def test_the_tail_shows_sequenced_events_in_order(
    command: Command, host: Host, ctx: Context, other_ctx: Context
) -> None:
    await update(host, ctx)
    await sequencer(host).drain()
    found = await lines(command)
    assert [event["name"] for event in found] == [
        "tenant.created",
        "tenant.created",
        "tenant.updated",
    ]
    assert [event["position"] for event in found] == sorted(event["position"] for event in found)
    own = await lines(command, "--tenant", ctx.tenant.slug, "--name", "tenant.updated")
    assert [event["tenantId"] for event in own] == [str(ctx.tenant.id)]
    assert len(await lines(command, "--limit", "1")) == 1
    assert "tenant.updated" in (await command("events", "tail")).output


async def test_one_event_is_shown_with_its_payload(
    command: Command, host: Host, ctx: Context
) -> None:
    await sequencer(host).drain()
    (event,) = await lines(command)
    shown = json.loads((await command("events", "show", event["id"], "--json")).output)
    assert shown["payload"]["slug"] == ctx.tenant.slug
    assert event["id"] in (await command("events", "show", event["id"])).output
    unknown = await command("events", "show", f"evt_{'0' * 26}")
    assert (unknown.code, unknown.errors[-16:]) == (1, "[EVENT_UNKNOWN]\n")
    invalid = await command("events", "show", "nonsense")
    assert (invalid.code, invalid.errors[-13:]) == (1, "[INVALID_ID]\n")


async def test_a_dead_letter_is_seen_retried_and_applied(
    command: Command, host: Host, ctx: Context
) -> None:
    consumer = Refusing()
    working = runner(host, consumer)
    await update(host, ctx)
    await drain(sequencer(host), [working])
    (letter,) = json.loads((await command("dead-letters", "list", "--json")).output)
    assert (letter["consumer"], letter["event"]) == (consumer.name, "tenant.updated")
    shown = await command("dead-letters", "show", letter["id"])
    assert "as the test wants it" in shown.output
    assert letter["id"] in (await command("dead-letters", "list")).output
    consumer.refuses = False
    assert (await command("dead-letters", "retry", letter["id"])).code == 0
    await drain(sequencer(host), [working])
    assert [event.name for event in consumer.handled] == ["tenant.updated"]
    assert (await command("dead-letters", "list")).output == "none\n"


async def test_a_discarded_dead_letter_is_gone(command: Command, host: Host, ctx: Context) -> None:
    working = runner(host, Refusing())
    await update(host, ctx)
    await drain(sequencer(host), [working])
    (letter,) = json.loads((await command("dead-letters", "list", "--json")).output)
    assert (await command("dead-letters", "discard", letter["id"])).code == 0
    again = await command("dead-letters", "discard", letter["id"])
    assert (again.code, again.errors[-22:]) == (1, "[DEAD_LETTER_UNKNOWN]\n")


async def test_all_that_match_are_retried_and_the_log_says_why(
    command: Command, host: Host, ctx: Context, other_ctx: Context
) -> None:
    consumer = Refusing()
    working = runner(host, consumer)
    await update(host, ctx)
    await update(host, other_ctx)
    await drain(sequencer(host), [working])
    neither = await command("dead-letters", "retry")
    assert (neither.code, "or --all" in neither.errors) == (2, True)
    some = await command("dead-letters", "retry", "--all", "--limit", "1", "--reason", "mended")
    assert some.output == "1 given back, 1 remain.\n"
    consumer.refuses = False
    rest = await command("dead-letters", "retry", "--all", "--consumer", consumer.name, "--json")
    assert json.loads(rest.output) == {"count": 1, "remaining": 0}
    await drain(sequencer(host), [working])
    assert len(consumer.handled) == 2
    records = await lines(command, "--name", "dead_letter.retried", "--aggregate", "dead_letter")
    assert [record["payload"]["reason"] for record in records] == ["mended", ""]
    assert [record["actorId"] for record in records] == [None, None]


async def test_past_events_are_given_back_to_an_installed_consumer(
    command: Command, host: Host, ctx: Context
) -> None:
    await host.get(ProductService).create(ctx, ProductCreate(title="Lamp"))
    await all_workers(host).settle()
    (event,) = await lines(command, "--name", "product.created")
    position = str(event["position"])
    arguments = ("events", "replay", "--from", position, "--to", position, "--consumer")
    unknown = await command(*arguments, "index.nothing")
    assert "There are: index." in unknown.errors
    assert unknown.errors.endswith("[CONSUMER_UNKNOWN]\n")
    given = await command(*arguments, "index.products", "--reason", "to be sure")
    assert given.output == "1 events given back to index.products.\n"
    elsewhere = await command(*arguments, "index.products", "--tenant", "nobody")
    assert elsewhere.errors.endswith("[TENANT_UNKNOWN]\n")
    await all_workers(host).settle()
    listed = json.loads((await command("events", "consumers", "--json")).output)
    products = next(one for one in listed if one["name"] == "index.products")
    assert (products["lag"], products["retries"], products["installed"]) == (0, 0, True)
    (record,) = await lines(command, "--name", "event.replayed")
    assert record["payload"]["reason"] == "to be sure"


async def test_who_is_not_installed_any_more_is_forgotten(
    command: Command, host: Host, ctx: Context
) -> None:
    await update(host, ctx)
    await drain(sequencer(host), [runner(host, Refusing())])
    await all_workers(host).settle()
    assert "test.refusing" in (await command("events", "consumers")).output
    kept = await command("events", "forget", "index.products")
    assert kept.errors.endswith("[CONSUMER_IN_USE]\n")
    assert (await command("events", "forget", "test.refusing")).code == 0
    assert "test.refusing" not in (await command("events", "consumers")).output
    assert (await command("dead-letters", "list")).output == "none\n"
    again = await command("events", "forget", "test.refusing")
    assert again.errors.endswith("[CONSUMER_UNKNOWN]\n")
