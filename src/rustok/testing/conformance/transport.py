"""What any stream must do, as a test class: whatever happens to it, what it gives has no gap.

A subclass has a fixture `stand`, which gives a Stand of its own stream.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime
from random import Random
from typing import Protocol
from uuid import UUID, uuid4

from rustok.core.errors import Unavailable
from rustok.core.events import Event
from rustok.core.events.transport import (
    PARTITIONS,
    EventSource,
    Lane,
    Link,
    Stretch,
    Transport,
    partition_of,
)
from rustok.streaming.buffers import Buffers

EVERY_PARTITION = frozenset(range(PARTITIONS))
CONSUMER = "conformance.reader"
LIMIT_SECONDS = 20.0
LOOK_SECONDS = 0.05


class KeepingTransport(Transport, Protocol):
    """A transport that says what it keeps."""

    @property
    def buffers(self) -> Buffers:
        """For a test to see whether a bound is kept."""
        ...


class Stand(Protocol):
    """A stream, and what can happen to it."""

    @property
    def buffer_events(self) -> int:
        """How many events of a tenant a process keeps."""
        ...

    def open(self) -> AbstractAsyncContextManager[KeepingTransport]:
        """The stream as one process sees it, connected; left without a farewell."""
        ...

    async def delete(self) -> None:
        """The stream is lost with all it holds."""
        ...

    async def keep_copy(self) -> None:
        """A copy of all it holds is made."""
        ...

    async def restore_copy(self) -> None:
        """The copy takes its place."""
        ...


class Log:
    """The truth: events of some tenants, in order of their positions."""

    def __init__(self, tenants: int = 3) -> None:
        self.tenants = tuple(uuid4() for _ in range(tenants))
        self.links: list[Link] = []
        self._last: dict[UUID, int] = {}
        self._versions: dict[UUID, int] = {}

    def append(self, count: int, *, tenant: UUID | None = None) -> list[Link]:
        """Further events, of all tenants in turn or of one; each tenant has one aggregate."""
        return [self._one(tenant) for _ in range(count)]

    def of(self, tenant_id: UUID) -> list[Event]:
        """A tenant's events."""
        return [link.event for link in self.links if link.event.tenant_id == tenant_id]

    def last(self, tenant_id: UUID) -> int:
        """A tenant's last position."""
        return self._last.get(tenant_id, 0)

    def _one(self, tenant: UUID | None) -> Link:
        position = len(self.links) + 1
        tenant_id = tenant or self.tenants[position % len(self.tenants)]
        version = self._versions[tenant_id] = self._versions.get(tenant_id, 0) + 1
        event = Event(
            id=uuid4(),
            position=position,
            tenant_id=tenant_id,
            name="conformance.noted",
            schema_version=1,
            aggregate="conformance",
            aggregate_id=tenant_id,
            aggregate_version=version,
            payload=b'{"note":"%d"}' % position,
            occurred_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        link = Link(event=event, previous=self._last.get(tenant_id, 0))
        self._last[tenant_id] = position
        self.links.append(link)
        return link


class Reader:
    """A consumer as the platform's are: a cursor for each tenant, the stream first, then the log.

    Raises AssertionError as soon as the stream gives what does not follow.
    """

    def __init__(self, log: Log) -> None:
        self.log = log
        self.cursors = dict.fromkeys(log.tenants, 0)
        self.from_stream = 0
        self.from_log = 0

    def lanes(self) -> list[Lane]:
        """What is left to read."""
        return [
            Lane(tenant_id=tenant, after=after)
            for tenant, after in self.cursors.items()
            if after < self.log.last(tenant)
        ]

    async def from_source(self, source: EventSource, *, most: int = 100) -> int:
        """Applies what the stream gives; returns how many events."""
        lanes = {lane.tenant_id: lane for lane in self.lanes()}
        count = 0
        for stretch in await source.read(CONSUMER, list(lanes.values()), most=most):
            check(stretch, lanes[stretch.tenant_id], self.log, most)
            self.cursors[stretch.tenant_id] = stretch.upto
            count += len(stretch.events)
        self.from_stream += count
        return count

    def from_truth(self, most: int = 100) -> int:
        """Applies what the log has; returns how many events."""
        count = 0
        for lane in self.lanes():
            events = [one for one in self.log.of(lane.tenant_id) if one.position > lane.after]
            self.cursors[lane.tenant_id] = events[:most][-1].position
            count += len(events[:most])
        self.from_log += count
        return count


def check(stretch: Stretch, lane: Lane, log: Log, most: int) -> None:
    """Whether a stretch is what follows in the log."""
    assert stretch.after == lane.after
    expected = [one for one in log.of(lane.tenant_id) if lane.after < one.position <= stretch.upto]
    assert list(stretch.events) == expected
    assert len(stretch.events) <= most
    assert stretch.upto == (expected[-1].position if expected else lane.after)


class TransportConformance:
    """Subclass it as `class TestNats(TransportConformance)`, with the fixture `stand`."""

    async def test_events_come_as_they_were_sent(self, stand: Stand) -> None:
        log = Log()
        async with stand.open() as transport:
            await following(transport, log)
            await transport.sink.publish(log.append(60))
            reader = Reader(log)
            await read_all(transport, reader)
            assert reader.from_stream == 60
            assert transport.state == "connected"

    async def test_a_part_is_given_when_a_part_is_asked_for(self, stand: Stand) -> None:
        log = Log(1)
        (tenant,) = log.tenants
        async with stand.open() as transport:
            await following(transport, log)
            await transport.sink.publish(log.append(30))
            source = transport.source(EVERY_PARTITION)
            await read_all(transport, Reader(log))
            (found,) = await source.read(CONSUMER, [Lane(tenant_id=tenant, after=12)], most=5)
            assert [event.position for event in found.events] == [13, 14, 15, 16, 17]
            assert (found.after, found.upto) == (12, 17)

    async def test_only_partitions_that_were_asked_for_are_given(self, stand: Stand) -> None:
        log = Log(1)
        (tenant,) = log.tenants
        async with stand.open() as transport:
            await following(transport, log)
            await transport.sink.publish(log.append(5))
            await read_all(transport, Reader(log))
            others = transport.source(EVERY_PARTITION - {partition_of(tenant)})
            lanes = [Lane(tenant_id=tenant, after=0)]
            assert list(await others.read(CONSUMER, lanes, most=5)) == []

    async def test_what_is_sent_again_comes_once(self, stand: Stand) -> None:
        log = Log()
        async with stand.open() as transport:
            await following(transport, log)
            first = log.append(20)
            await transport.sink.publish(first)
            await transport.sink.publish(first)
            await transport.sink.publish([*first[10:], *log.append(20)])
            reader = Reader(log)
            await read_all(transport, reader)
            assert reader.from_stream == 40

    async def test_what_comes_in_any_order_and_again_is_given_in_order(self, stand: Stand) -> None:
        log, random = Log(), Random(7)  # noqa: S311  # the same order with every run
        links = log.append(90)
        parts = [links[start : start + 10] for start in range(0, 90, 10)]
        sent = [*parts, *random.sample(parts, 4)]
        random.shuffle(sent)
        async with stand.open() as transport:
            await following(transport, log)
            reader = Reader(log)
            for part in sent:
                await transport.sink.publish(part)
                await reader.from_source(transport.source(EVERY_PARTITION))
            await read_all(transport, reader)
            assert reader.from_stream == 90

    async def test_what_was_left_out_is_never_passed(self, stand: Stand) -> None:
        log = Log(1)
        (tenant,) = log.tenants
        links = log.append(30)
        async with stand.open() as transport:
            await following(transport, log)
            await transport.sink.publish([*links[:10], *links[11:]])
            source = transport.source(EVERY_PARTITION)
            await given(transport, Lane(tenant_id=tenant, after=11), upto=30)
            before = await source.read(CONSUMER, [Lane(tenant_id=tenant, after=0)], most=100)
            assert [stretch.upto for stretch in before] == [10]
            at = await source.read(CONSUMER, [Lane(tenant_id=tenant, after=10)], most=100)
            assert list(at) == []

    async def test_who_is_too_far_behind_is_sent_to_the_log_and_comes_back(
        self, stand: Stand
    ) -> None:
        log = Log(1)
        (tenant,) = log.tenants
        async with stand.open() as transport:
            await following(transport, log)
            count = 3 * stand.buffer_events
            links = log.append(count)
            for start in range(0, count, 50):
                await transport.sink.publish(links[start : start + 50])
            await given(transport, Lane(tenant_id=tenant, after=count - 1), upto=count)
            assert transport.buffers.events <= stand.buffer_events
            reader, source = Reader(log), transport.source(EVERY_PARTITION)
            assert await reader.from_source(source) == 0
            while not await reader.from_source(source):
                reader.from_truth(most=20)
            assert reader.from_log >= count - stand.buffer_events
            while reader.lanes():
                await reader.from_source(source)

    async def test_a_reader_that_crashed_goes_on_at_its_cursor(self, stand: Stand) -> None:
        log = Log()
        reader = Reader(log)
        async with stand.open() as transport:
            await following(transport, log)
            await transport.sink.publish(log.append(30))
            await read_all(transport, reader)
        async with stand.open() as transport:
            await following(transport, log)
            await transport.sink.publish(log.append(30))
            await read_all(transport, reader)
        assert reader.from_stream == 60

    async def test_readers_do_not_disturb_each_other(self, stand: Stand) -> None:
        log = Log()
        async with stand.open() as one, stand.open() as other:
            await following(one, log)
            await following(other, log)
            await one.sink.publish(log.append(45))
            fast, slow = Reader(log), Reader(log)
            await read_all(one, fast)
            await read_all(other, slow)
            assert fast.from_stream == slow.from_stream == 45

    async def test_events_without_a_reader_are_no_error(self, stand: Stand) -> None:
        log = Log()
        async with stand.open() as transport:
            await transport.sink.publish(log.append(5 * stand.buffer_events))

    async def test_a_stream_that_was_deleted_is_made_again(self, stand: Stand) -> None:
        log = Log()
        reader = Reader(log)
        async with stand.open() as transport:
            await following(transport, log)
            await transport.sink.publish(log.append(30))
            await read_all(transport, reader)
            await stand.delete()
            await published(transport, log.append(30))
            await caught_up(transport, reader)
            await published(transport, log.append(30))
            await caught_up(transport, reader)

    async def test_an_old_copy_of_the_stream_repeats_and_skips_nothing(self, stand: Stand) -> None:
        log = Log()
        early, late = Reader(log), Reader(log)
        async with stand.open() as transport:
            await following(transport, log)
            await transport.sink.publish(log.append(30))
            await read_all(transport, early)
            await read_all(transport, late)
            await stand.keep_copy()
            await published(transport, log.append(30))
            await caught_up(transport, late)
        await stand.restore_copy()
        async with stand.open() as transport:
            await following(transport, log)
            await published(transport, log.append(30))
            await caught_up(transport, late)
            await caught_up(transport, early)
        assert early.from_log >= 30

    async def test_readers_may_change_between_the_stream_and_the_log(self, stand: Stand) -> None:
        log, random = Log(), Random(11)  # noqa: S311  # as above
        reader = Reader(log)
        async with stand.open() as transport:
            await following(transport, log)
            for flip in range(20):
                links = log.append(30)
                if flip % 3:
                    await transport.sink.publish(links)
                if random.random() < 0.5:
                    reader.from_truth(most=random.randint(1, 12))
                await reader.from_source(transport.source(EVERY_PARTITION), most=7)
            await caught_up(transport, reader)


async def following(transport: Transport, log: Log) -> None:
    """Lets the transport know that all tenants are read."""
    lanes = [Lane(tenant_id=tenant, after=0) for tenant in log.tenants]
    await transport.source(EVERY_PARTITION).read(CONSUMER, lanes, most=1)


async def read_all(transport: Transport, reader: Reader) -> None:
    """Reads everything from the stream alone."""
    source = transport.source(EVERY_PARTITION)

    async def done() -> bool:
        while await reader.from_source(source):
            pass
        return not reader.lanes()

    await until(transport, done)


async def caught_up(transport: Transport, reader: Reader) -> None:
    """Reads everything, from the stream where it can, else from the log."""
    source = transport.source(EVERY_PARTITION)
    while reader.lanes():
        if not await reader.from_source(source, most=9):
            reader.from_truth(most=9)


async def given(transport: Transport, lane: Lane, *, upto: int) -> None:
    """Waits until the stream gives what follows, that far."""
    source = transport.source(EVERY_PARTITION)

    async def done() -> bool:
        found = await source.read(CONSUMER, [lane], most=1_000_000)
        return any(stretch.upto >= upto for stretch in found)

    await until(transport, done)


async def published(transport: Transport, links: Sequence[Link]) -> None:
    """Sends until the stream has kept all, as the publisher does."""

    async def done() -> bool:
        try:
            await transport.sink.publish(links)
        except Unavailable:
            return False
        return True

    await until(transport, done)


async def until(transport: Transport, done: Callable[[], Awaitable[bool]]) -> None:
    """Asks again whenever something arrived, and now and then; raises TimeoutError after 20 s."""
    arrived = asyncio.Event()
    transport.listen(arrived.set)
    async with asyncio.timeout(LIMIT_SECONDS):
        while not await done():
            arrived.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(arrived.wait(), LOOK_SECONDS)
