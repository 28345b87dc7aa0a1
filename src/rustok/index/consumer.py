"""The live side of a projection: a consumer of the log that keeps its documents up to date."""

from collections.abc import Sequence

from rustok.core.context import Context
from rustok.core.db.sessions import ReadSession, WriteSession
from rustok.core.db.snapshots import SnapshotOutdated
from rustok.core.documents import Projection
from rustok.core.events.event import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.index import repository
from rustok.index.writer import DocumentWriter


def consumer_name(kind: str) -> str:
    """The name of the consumer that keeps a kind's documents."""
    return f"index.{kind}"


class ProjectionConsumer:
    """Implements the SnapshotConsumer port for one projection.

    Later events pass a dead letter: a document is made from the present state, so that the next
    event of its aggregate mends what the failed one left.
    """

    retry = RetryPolicy(later_events="pass")

    def __init__(self, projection: Projection) -> None:
        self._projection = projection
        self._writer = DocumentWriter(projection)
        self.name = consumer_name(projection.kind.name)
        self.events: tuple[str, ...] | None = projection.events

    async def handle(self, ctx: Context, session: WriteSession, events: Sequence[Event]) -> None:
        """Brings the documents that the events change to their present state."""
        await self._apply(ctx, None, session, events)

    async def handle_from(
        self, ctx: Context, source: ReadSession, session: WriteSession, events: Sequence[Event]
    ) -> None:
        """The same by a state of another node; raises SnapshotOutdated during a rebuild.

        A rebuild writes documents of what the primary shows, without the lane: it is over for
        `source` once that shows the version which serves, and no other is being filled.
        """
        await self._apply(ctx, source, session, events)

    async def _apply(
        self,
        ctx: Context,
        source: ReadSession | None,
        session: WriteSession,
        events: Sequence[Event],
    ) -> None:
        ids = await self._projection.affected(ctx, source or session, events)
        if not ids:
            return
        versions = await self._writer.lock(session)
        if source is not None:
            shown = await source.all(repository.FILLINGS, kind=self._projection.kind.name)
            if versions != [one.version for one in shown if one.state == "active"]:
                raise SnapshotOutdated
        await self._writer.refresh(ctx, session, list(dict.fromkeys(ids)), versions, source)
