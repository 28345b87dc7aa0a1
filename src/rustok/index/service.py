"""Builds the index: what reads documents, and what keeps them."""

from collections.abc import Sequence

from rustok.core.documents import DocumentChanges, DocumentIndex, Projection
from rustok.core.errors import DeadlineExceeded
from rustok.core.events.ports import LogProgress
from rustok.core.host import Host, NotProvided
from rustok.core.modules.building import made
from rustok.core.resilience import Breakers
from rustok.core.signals import Signals
from rustok.core.tenants import TenantDirectory
from rustok.index.changes import SignalledChanges
from rustok.index.consumer import ProjectionConsumer
from rustok.index.queries import PostgresDocumentIndex
from rustok.index.rebuild import Rebuild


def build(host: Host) -> dict[str, object]:
    """Provides DocumentIndex and DocumentChanges.

    How far the log has been read is asked of whoever knows by then.
    """
    host.provide(DocumentChanges, SignalledChanges(host.get(Signals)))
    # a database that is gone is told as such: it must not keep searches away once it is back
    breaker = host.get(Breakers).named("search", failures=(DeadlineExceeded,))
    documents = PostgresDocumentIndex(host.db, lambda: host.find(LogProgress), breaker)
    host.provide(DocumentIndex, documents)
    return {"documents": documents}


def projections(host: Host) -> Sequence[Projection]:
    """Every module's projections, in boot order; for processes that run workers."""
    return made(host, "projections")


def consumers(host: Host) -> Sequence[ProjectionConsumer]:
    """A consumer of the log for each projection."""
    return [ProjectionConsumer(projection) for projection in projections(host)]


def rebuilds(host: Host) -> dict[str, Rebuild]:
    """A rebuild for each kind; raises NotProvided in a process without the worker role."""
    worker = host.worker
    if worker is None:
        raise NotProvided("Only the worker role may rebuild documents.")
    tenants = host.get(TenantDirectory)
    return {p.kind.name: Rebuild(p, worker, tenants) for p in projections(host)}
