"""Builds the outbox: the ports it implements, and the operator's services."""

from rustok.core.db.database import EventStore
from rustok.core.events.ports import LogProgress
from rustok.core.events.upcasting import Upcasters
from rustok.core.feed import Feed
from rustok.core.host import Host
from rustok.core.metrics import ProcessMetrics
from rustok.core.pressure import Backlog
from rustok.core.signals import Signals
from rustok.outbox.backlog import LogBacklog
from rustok.outbox.consumer_list import ConsumerList
from rustok.outbox.counts import ConsumerCounts
from rustok.outbox.dead_letter_service import DeadLetterService
from rustok.outbox.dead_letters import DeadLetters
from rustok.outbox.event_log import EventLog
from rustok.outbox.event_queries import EventQueries
from rustok.outbox.feed import LogFeed
from rustok.outbox.membership import Membership
from rustok.outbox.progress import Progress
from rustok.outbox.replay import Replay
from rustok.outbox.retention import Expirations
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.sources import Sources
from rustok.outbox.store import Store
from rustok.outbox.stuck import StuckGuard
from rustok.outbox.wakeups import Wakeups

__all__ = ["DeadLetterService", "DeadLetters", "EventLog", "EventQueries", "build"]


def build(host: Host) -> dict[str, object]:
    """Provides the event store and read-your-writes; with the worker role also the tools."""
    wakeups = Wakeups(host.get(Signals))
    host.provide(Wakeups, wakeups)
    host.provide(EventStore, Store(host.clock, wakeups))
    host.provide(LogProgress, Progress(host.db, wakeups))
    host.provide(Backlog, LogBacklog(host.db, host.modules.names))
    most = host.settings(OutboxSettings).listener_queue
    host.provide(Feed, LogFeed(host.db, wakeups, most_waiting=most))
    staff: dict[str, object] = {
        "event_queries": EventQueries(host),
        "dead_letter_service": DeadLetterService(host.db, wakeups, host.clock),
    }
    if host.worker is None:
        return staff
    counts = ConsumerCounts()
    counts.publish(host.get(ProcessMetrics))
    settings = host.settings(OutboxSettings)
    host.provide(ConsumerCounts, counts)
    host.provide(Membership, Membership(host.worker, host.clock, settings))
    host.provide(Sources, Sources())
    host.provide(StuckGuard, StuckGuard(settings.handler_seconds))
    host.provide(Upcasters, Upcasters.of(host.modules))
    host.provide(Expirations, Expirations(host.get(ProcessMetrics)))
    return staff | {
        "event_log": EventLog(host.worker, host.clock),
        "dead_letters": DeadLetters(host.worker, wakeups, host.clock),
        "consumer_list": ConsumerList(host.worker),
        "replay": Replay(host.worker, wakeups, host.clock),
    }
