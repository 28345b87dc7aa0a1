"""Gives committed events their positions: one transaction, one round trip, one at a time."""

from rustok.core.db import Database
from rustok.core.db.failures import translated
from rustok.outbox import repository
from rustok.outbox.counts import ConsumerCounts
from rustok.outbox.loop import Loop
from rustok.outbox.repository import Sequenced
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.wakeups import Wakeups


class Sequencer:
    """Any number may run; an advisory lock of the database lets one number events at a time."""

    def __init__(
        self,
        worker: Database,
        wakeups: Wakeups,
        counts: ConsumerCounts,
        settings: OutboxSettings,
    ) -> None:
        self._worker = worker
        self._wakeups = wakeups
        self._counts = counts
        self._settings = settings
        self._loop = Loop(
            "sequencer", self.step, wakeups.appended, poll_seconds=settings.poll_seconds
        )

    async def run(self) -> None:
        """Numbers events until stopped, through losses of the connection."""
        await self._loop.run()

    def stop(self) -> None:
        """Ends `run` after the batch that is under way."""
        self._loop.stop()

    async def step(self) -> bool:
        """Numbers one batch; returns whether there may be more."""
        sequenced = await self._sequence()
        if sequenced.numbered:
            self._wakeups.tell_sequenced()
        return sequenced.numbered == self._settings.sequence_batch

    async def drain(self) -> int:
        """Numbers everything committed by now; returns how many events."""
        total = 0
        while True:
            numbered = (await self._sequence()).numbered
            total += numbered
            if numbered < self._settings.sequence_batch:
                break
        if total:
            self._wakeups.tell_sequenced()
        return total

    async def _sequence(self) -> Sequenced:
        query = repository.SEQUENCE
        arguments = query.arguments(None, {"batch": self._settings.sequence_batch})
        with translated():
            found = query.row(await self._worker.pool.fetchrow(query.sql, *arguments))
        self._counts.sequenced += found.numbered
        return found
