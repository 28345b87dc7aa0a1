"""Reading a consumer's lanes from a replica: events and state of one moment there, effects here."""

import asyncio
from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from rustok.core.db.snapshots import Snapshot, SnapshotLost, SnapshotOutdated
from rustok.core.events.transport import Lane, Stretch
from rustok.core.resilience import BreakerOpen
from rustok.outbox import replica_repository
from rustok.outbox.applying import FAILURES, WINDOW, Applied, Applying, Parts, Step, cause_of
from rustok.outbox.by_stream import Patience, lanes_of, without
from rustok.outbox.platform import on_behalf_of
from rustok.outbox.replica import Replica
from rustok.outbox.replica_repository import ShownEvent
from rustok.outbox.repository import Look

FIRST_PAUSE_SECONDS = 0.005


class ByReplica:
    """Applies lanes of which the replica shows all that was applied to them so far.

    That is where it shows the lane's row as the primary has it: every transaction that applies
    something to a lane writes that row. So a state is never older than one that was written
    before, whichever node that had come from.
    """

    def __init__(self, parts: Parts, applying: Applying, replica: Replica) -> None:
        self._parts = parts
        self._applying = applying
        self._replica = replica
        self._patience = Patience(replica.wait_seconds)
        self._pause = FIRST_PAUSE_SECONDS
        self._left_until = 0.0

    async def advance(self, look: Look) -> tuple[Step, Look]:
        """Returns with the lanes that are left, for which the primary is to be read."""
        if not self._replica.is_usable or monotonic() < self._left_until:
            return Step.IDLE, look
        lanes = lanes_of(look)
        step, served = Step.IDLE, frozenset[UUID]()
        try:
            async with self._replica.snapshot() as source:
                shown = await self._shown(source, lanes)
                if shown:
                    step, served = await self._apply(source, lanes, shown)
        except (SnapshotLost, BreakerOpen):
            return Step.IDLE, look
        except SnapshotOutdated:
            # it lasts as long as a rebuild, which is no moment
            self._left_until = monotonic() + self._replica.wait_seconds
            return Step.IDLE, look
        left = without(look, served)
        if served:
            self._pause = FIRST_PAUSE_SECONDS
        return step, without(left, await self._awaited(left))

    async def _shown(self, source: Snapshot, lanes: Sequence[Lane]) -> list[ShownEvent]:
        try:
            async with asyncio.timeout(self._replica.wait_seconds):
                return await source.all(
                    replica_repository.SHOWN,
                    consumer=self._applying.consumer,
                    tenants=[lane.tenant_id for lane in lanes],
                    positions=[lane.after for lane in lanes],
                    names=self._applying.names,
                    span=WINDOW,
                    each=self._applying.each(len(lanes)),
                )
        except TimeoutError as error:
            raise SnapshotLost("It does not answer in time.") from error

    async def _apply(
        self, source: Snapshot, lanes: Sequence[Lane], shown: Sequence[ShownEvent]
    ) -> tuple[Step, frozenset[UUID]]:
        """Applies those whose lanes can be had and are the same on both; returns whose."""
        applied = Applied(frozenset(), 0, recorded=False)
        marks = {event.tenant_id: event.mark for event in shown}
        try:
            async with self._parts.worker.write(on_behalf_of(shown[0].tenant_id)) as session:
                locked = await session.all(
                    replica_repository.LOCK_LANES,
                    consumer=self._applying.consumer,
                    tenants=[lane.tenant_id for lane in lanes],
                    positions=[lane.after for lane in lanes],
                )
                same = {row.tenant_id for row in locked if marks.get(row.tenant_id) == row.mark}
                stretches = _stretches([lane for lane in lanes if lane.tenant_id in same], shown)
                if stretches:
                    applied = await self._applying.claim(session, stretches, source)
        except FAILURES as error:
            cause = cause_of(error)
            if isinstance(cause, SnapshotLost | SnapshotOutdated):
                raise cause from error
            # the primary is read for the next attempts, until one names the event
            uptos = {event.tenant_id: event.position or 0 for event in shown}
            self._applying.failed(uptos, len(shown), cause)
            return Step.WORKED, frozenset(marks)
        if not applied.tenants:
            return Step.IDLE, applied.tenants
        self._applying.done(applied.count, recorded=applied.recorded)
        self._parts.counts.from_replica[self._applying.consumer] += applied.count
        return Step.WORKED, applied.tenants

    async def _awaited(self, left: Look) -> set[UUID]:
        """The tenants for which the replica may be waited, which is then sent what it lacks."""
        waited = self._patience.still({lane.tenant_id: lane.after for lane in lanes_of(left)})
        if waited:
            if self._pause == FIRST_PAUSE_SECONDS:
                await self._replica.flush()
            loop = asyncio.get_running_loop()
            loop.call_later(self._pause, self._parts.wakeups.sequenced.ring)
            self._pause = min(2 * self._pause, self._parts.settings.poll_seconds)
        return waited


def _stretches(lanes: Sequence[Lane], shown: Sequence[ShownEvent]) -> list[Stretch]:
    found = []
    for lane in lanes:
        events = tuple(event.as_event() for event in shown if event.tenant_id == lane.tenant_id)
        upto = events[-1].position
        found.append(Stretch(tenant_id=lane.tenant_id, after=lane.after, upto=upto, events=events))
    return found
