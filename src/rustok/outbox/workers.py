"""Makes the workers of a process that has the worker role."""

from rustok.core.db import Database
from rustok.core.db.database import EventStore
from rustok.core.events.ports import Consumer
from rustok.core.host import Host, NotProvided
from rustok.core.tenants import TenantDirectory
from rustok.outbox.consumers import ConsumerRunner
from rustok.outbox.sequencer import Sequencer
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.wakeups import Wakeups


def sequencer(host: Host) -> Sequencer:
    """A sequencer; raises NotProvided without the worker role."""
    return Sequencer(_worker(host), host.get(Wakeups), host.settings(OutboxSettings))


def runner(host: Host, consumer: Consumer) -> ConsumerRunner:
    """A runner of the consumer; raises NotProvided without the worker role."""
    return ConsumerRunner(
        consumer,
        _worker(host),
        store=host.get(EventStore),
        tenants=host.get(TenantDirectory),
        wakeups=host.get(Wakeups),
        clock=host.clock,
        settings=host.settings(OutboxSettings),
    )


def _worker(host: Host) -> Database:
    if host.worker is None:
        raise NotProvided("the database's worker role")
    return host.worker
