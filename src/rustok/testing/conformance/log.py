"""What any implementation of the ports of the event log must do, as test classes."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID, uuid4

import msgspec
import pytest

from rustok.core.context import Context
from rustok.core.events import Event, Fact
from rustok.core.events.ports import LogProgress
from rustok.core.events.upcasting import Upcasters
from rustok.core.host import Host

WRITERS = 8
CHANGES = 10
UNKNOWN_TOKENS = (0, -1, 2**62, 2**63, 2**80)


class Noted(Fact, frozen=True):
    """Something was noted, for these suites alone."""

    name = "conformance.noted"
    aggregate = "conformance"
    note: str = ""


class NotedAgain(Fact, frozen=True):
    """The same, in a later version of its schema."""

    name = "conformance.noted_again"
    schema_version = 2
    aggregate = "conformance"


async def note(
    host: Host, ctx: Context, *notes: str, aggregate: UUID | None = None, version: int = 1
) -> int:
    """Notes each in one transaction, the version counting on; returns its token."""
    thing = aggregate or uuid4()
    understood = host.find(Upcasters)
    if understood is not None:
        understood.declare(Noted, NotedAgain)
    async with host.db.write(ctx) as session:
        for number, text in enumerate(notes):
            session.record(Noted(note=text), aggregate_id=thing, aggregate_version=version + number)
    assert session.token is not None
    return session.token


def notes(events: Sequence[Event]) -> list[str]:
    """What was noted, in order."""
    return [msgspec.json.decode(event.payload)["note"] for event in events]


class EventStoreConformance:
    """Subclass it and say how the log is read; the store is that of the host's database."""

    async def read(self, host: Host, ctx: Context) -> Sequence[Event]:
        """Numbers everything committed by now; the tenant's events of these suites, in order."""
        raise NotImplementedError

    async def test_an_event_keeps_its_envelope(self, host: Host, ctx: Context) -> None:
        thing, cause = uuid4(), uuid4()
        caller = msgspec.structs.replace(ctx, request_id="req-1", causation_id=cause)
        async with host.db.write(caller) as session:
            first = session.record(Noted(note="ä"), aggregate_id=thing, aggregate_version=7)
            second = session.record(NotedAgain(), aggregate_id=thing, aggregate_version=8)
        one, two = await self.read(host, ctx)

        assert [one.id, two.id] == [first, second]
        assert (one.name, one.schema_version, one.aggregate) == (
            *("conformance.noted", 1, "conformance"),
        )
        assert (two.name, two.schema_version) == ("conformance.noted_again", 2)
        assert (one.aggregate_id, one.aggregate_version) == (thing, 7)
        assert msgspec.json.decode(one.payload) == {"note": "ä"}
        assert (one.tenant_id, one.correlation_id, one.causation_id) == (
            *(ctx.tenant.id, "req-1", cause),
        )
        assert one.occurred_at.tzinfo is not None
        assert one.position < two.position

    async def test_what_is_rolled_back_leaves_no_event(self, host: Host, ctx: Context) -> None:
        with suppress(ZeroDivisionError):
            async with host.db.write(ctx) as session:
                session.record(Noted(note="never"), aggregate_id=uuid4(), aggregate_version=1)
                raise ZeroDivisionError
        async with host.db.write(ctx) as session:
            with suppress(ZeroDivisionError):
                async with session.savepoint():
                    session.record(Noted(note="nor"), aggregate_id=uuid4(), aggregate_version=1)
                    raise ZeroDivisionError
        assert session.token is None
        await note(host, ctx, "kept")

        assert notes(await self.read(host, ctx)) == ["kept"]

    async def test_tokens_rise_and_a_write_without_events_has_none(
        self, host: Host, ctx: Context
    ) -> None:
        tokens = [await note(host, ctx, "a"), await note(host, ctx, "b", "c")]
        async with host.db.write(ctx) as session:
            pass

        assert tokens == sorted(set(tokens))
        assert session.token is None

    async def test_another_tenant_has_a_log_of_its_own(
        self, host: Host, ctx: Context, other_ctx: Context
    ) -> None:
        await note(host, ctx, "ours")
        await note(host, other_ctx, "theirs")

        assert notes(await self.read(host, ctx)) == ["ours"]
        assert notes(await self.read(host, other_ctx)) == ["theirs"]

    async def test_of_many_writers_no_event_is_lost_and_each_aggregate_keeps_its_order(
        self, host: Host, ctx: Context
    ) -> None:
        async def write(number: int) -> None:
            thing = uuid4()
            for change in range(CHANGES):
                await note(host, ctx, f"{number}", aggregate=thing, version=change + 1)

        await asyncio.gather(*(write(number) for number in range(WRITERS)))
        events = await self.read(host, ctx)

        assert len({event.id for event in events}) == WRITERS * CHANGES
        positions = [event.position for event in events]
        assert positions == sorted(set(positions))
        versions: dict[UUID, list[int]] = {}
        for event in events:
            versions.setdefault(event.aggregate_id, []).append(event.aggregate_version)
        assert list(versions.values()) == [list(range(1, CHANGES + 1))] * WRITERS


class LogProgressConformance:
    """Subclass it and say how a consumer works; `consumer` is its name."""

    consumer: str

    def progress(self, host: Host) -> LogProgress:
        """The implementation."""
        return host.get(LogProgress)

    async def work(self, host: Host) -> None:
        """Lets the consumer apply everything committed by now."""
        raise NotImplementedError

    async def test_an_event_is_passed_once_it_is_applied(self, host: Host, ctx: Context) -> None:
        token = await note(host, ctx, "a")
        await self.work(host)
        later = await note(host, ctx, "b")

        assert await self.progress(host).passed(ctx, self.consumer, token)
        assert not await self.progress(host).passed(ctx, self.consumer, later)
        await self.work(host)
        assert await self.progress(host).passed(ctx, self.consumer, later)

    async def test_who_waits_is_told_when_it_is_applied(self, host: Host, ctx: Context) -> None:
        token = await note(host, ctx, "a")
        waiting = asyncio.create_task(self.progress(host).passed(ctx, self.consumer, token))
        await self.work(host)

        assert await waiting

    @pytest.mark.parametrize("token", UNKNOWN_TOKENS)
    async def test_a_token_that_names_nothing_is_not_waited_for(
        self, host: Host, ctx: Context, token: int
    ) -> None:
        await note(host, ctx, "a")
        await self.work(host)

        async with asyncio.timeout(1):
            assert not await self.progress(host).passed(ctx, self.consumer, token)

    async def test_another_tenants_token_names_nothing(
        self, host: Host, ctx: Context, other_ctx: Context
    ) -> None:
        token = await note(host, ctx, "a")
        await self.work(host)

        async with asyncio.timeout(1):
            assert not await self.progress(host).passed(other_ctx, self.consumer, token)

    async def test_a_consumer_that_nobody_runs_passes_nothing(
        self, host: Host, ctx: Context
    ) -> None:
        token = await note(host, ctx, "a")
        await self.work(host)

        assert not await self.progress(host).passed(ctx, "conformance.nobody", token)
