"""The log on PostgreSQL is what its ports say."""

from collections.abc import Sequence

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.event_log import EventLog
from rustok.outbox.settling import drain
from rustok.outbox.types import EventFilter
from rustok.testing.conformance import EventStoreConformance, LogProgressConformance


class Idle:
    """A consumer without an effect."""

    name = "conformance.idle"
    events = None
    retry = RetryPolicy()

    async def handle(self, ctx: Context, session: WriteSession, events: Sequence[Event]) -> None:
        """Does nothing."""


class TestPostgresStore(EventStoreConformance):
    async def read(self, host: Host, ctx: Context) -> Sequence[Event]:
        """As `rustok events tail` shows them."""
        await workers.sequencer(host).drain()
        where = EventFilter(tenant_id=ctx.tenant.id, aggregate="conformance")
        found = await host.get(EventLog).tail(after=0, limit=1_000, where=where)
        return [event.as_event() for event in found]


class TestPostgresProgress(LogProgressConformance):
    consumer = Idle.name

    async def work(self, host: Host) -> None:
        """As a worker process does it."""
        await drain(workers.sequencer(host), [workers.runner(host, Idle())])
