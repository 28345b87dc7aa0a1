"""Makes the workers of a process that has the worker role."""

from rustok.core.db import Database
from rustok.core.db.database import EventStore
from rustok.core.events.ports import Consumer
from rustok.core.events.upcasting import Upcasters
from rustok.core.host import Host, NotProvided
from rustok.core.tenants import TenantDirectory
from rustok.outbox.consumers import ConsumerRunner
from rustok.outbox.counts import ConsumerCounts
from rustok.outbox.membership import Membership
from rustok.outbox.replica import Replica
from rustok.outbox.sequencer import Sequencer
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.sources import Sources
from rustok.outbox.stuck import StuckGuard
from rustok.outbox.wakeups import Wakeups


def sequencer(host: Host) -> Sequencer:
    """A sequencer; raises NotProvided without the worker role."""
    return Sequencer(
        _worker(host),
        host.get(Wakeups),
        host.get(ConsumerCounts),
        host.settings(OutboxSettings),
    )


def runner(host: Host, consumer: Consumer) -> ConsumerRunner:
    """A runner of the consumer; raises NotProvided without the worker role."""
    return ConsumerRunner(
        consumer,
        _worker(host),
        membership=host.get(Membership),
        sources=host.get(Sources),
        replica=host.find(Replica),
        store=host.get(EventStore),
        tenants=host.get(TenantDirectory),
        wakeups=host.get(Wakeups),
        clock=host.clock,
        counts=host.get(ConsumerCounts),
        upcasters=host.get(Upcasters),
        guard=host.get(StuckGuard),
        settings=host.settings(OutboxSettings),
    )


def _worker(host: Host) -> Database:
    if host.worker is None:
        raise NotProvided("the database's worker role")
    return host.worker
