"""The live side of a projection: a consumer of the log that keeps its documents up to date."""

from collections.abc import Sequence

from rustok.core.context import Context
from rustok.core.db.sessions import WriteSession
from rustok.core.documents import Projection
from rustok.core.events.event import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.index.writer import DocumentWriter


def consumer_name(kind: str) -> str:
    """The name of the consumer that keeps a kind's documents."""
    return f"index.{kind}"


class ProjectionConsumer:
    """Implements the Consumer port for one projection.

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
        ids = await self._projection.affected(ctx, session, events)
        if not ids:
            return
        versions = await self._writer.lock(session)
        await self._writer.refresh(ctx, session, list(dict.fromkeys(ids)), versions)
