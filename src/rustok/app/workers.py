"""The workers of a process: the sequencer of the log, its consumers, and pending rebuilds."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import structlog

from rustok.app.replicas import replica_parts
from rustok.app.settings import PlatformSettings
from rustok.app.transports import TransportPart, stream_parts
from rustok.core.errors import DatabaseUnavailable, RustokError
from rustok.core.events.ports import Consumer
from rustok.core.host import Host
from rustok.core.modules.building import made
from rustok.index import service as index
from rustok.index.rebuild import Rebuild
from rustok.outbox.consumers import ConsumerRunner
from rustok.outbox.membership import Membership
from rustok.outbox.publisher import Publisher
from rustok.outbox.retention import Retention, retention
from rustok.outbox.sequencer import Sequencer
from rustok.outbox.settling import drain
from rustok.outbox.stuck import StuckGuard
from rustok.outbox.workers import runner, sequencer

_log = structlog.get_logger("rustok.workers")
STOP_SECONDS = 5.0
FIRST_PAUSE_SECONDS = 1.0
MOST_PAUSE_SECONDS = 60.0
Part = ConsumerRunner | Sequencer | Publisher | TransportPart | Retention


def subscribers(host: Host) -> list[Consumer]:
    """The reactions to events that modules declare, in boot order."""
    return made(host, "subscribers")


class Workers:
    """Any number of processes may run the same ones: of each, one works at a time."""

    def __init__(
        self,
        sequencer: Sequencer | None,
        runners: Sequence[ConsumerRunner],
        rebuilds: Sequence[Rebuild],
        membership: Membership,
        guard: StuckGuard,
        others: Sequence[Part] = (),
        *,
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        self._sequencer = sequencer
        self._runners = tuple(runners)
        self._rebuilds = tuple(rebuilds)
        self._membership = membership
        self._guard = guard
        self._others = tuple(others)
        self._stop_seconds = stop_seconds

    async def run(self, stopping: asyncio.Event) -> None:
        """Works until stopped, then finishes what is under way within `stop_seconds`."""
        parts: list[Part] = [*self._runners, *self._others]
        if self._sequencer is not None:
            parts.append(self._sequencer)
        with self._guard.watching():
            await self._run(parts, stopping)

    async def _run(self, parts: Sequence[Part], stopping: asyncio.Event) -> None:
        stopped = asyncio.Event()
        signing = asyncio.create_task(self._membership.run(stopped))
        tasks = [asyncio.create_task(part.run()) for part in parts]
        ensuring = asyncio.create_task(self._ensure_until_done())
        asked = asyncio.create_task(stopping.wait())
        await asyncio.wait({asked, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for part in parts:
            part.stop()
        for task in (ensuring, asked):
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=self._stop_seconds)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, ensuring, asked, return_exceptions=True)
        stopped.set()
        await signing
        with suppress(DatabaseUnavailable):
            await self._membership.leave()
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def ensure(self) -> None:
        """Rebuilds what the installed projections make differently from what is served."""
        for rebuild in self._rebuilds:
            await rebuild.ensure()

    async def settle(self) -> None:
        """Does all work there is: everything committed so far is sequenced and applied.

        Only for workers that have both the sequencer and the consumers.
        """
        assert self._sequencer is not None
        await self.ensure()
        await drain(self._sequencer, self._runners)

    async def _ensure_until_done(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self.ensure()
            except RustokError as error:
                _log.warning("rebuild_delayed", error=error.detail, pause=pause)
            except Exception as error:  # noqa: BLE001  # a projection may raise anything
                _log.exception("rebuild_failed", error=str(error), pause=pause)
            else:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, MOST_PAUSE_SECONDS)


def all_workers(host: Host) -> Workers:
    """Everything, for a process that does all; raises NotProvided without the worker role."""
    consumers = [*index.consumers(host), *subscribers(host)]
    runners = [runner(host, consumer) for consumer in consumers]
    rebuilds = list(index.rebuilds(host).values())
    return _workers(host, sequencer(host), runners, rebuilds, replica_parts(host))


def relay_workers(host: Host) -> Workers:
    """The sequencer and the reactions of modules."""
    runners = [runner(host, consumer) for consumer in subscribers(host)]
    return _workers(host, sequencer(host), runners, [])


def index_workers(host: Host) -> Workers:
    """The projections, live and rebuilt."""
    runners = [runner(host, consumer) for consumer in index.consumers(host)]
    rebuilds = list(index.rebuilds(host).values())
    return _workers(host, None, runners, rebuilds, replica_parts(host))


def _workers(
    host: Host,
    sequencer: Sequencer | None,
    runners: Sequence[ConsumerRunner],
    rebuilds: Sequence[Rebuild],
    watches: Sequence[TransportPart] = (),
) -> Workers:
    others: list[Part] = [*watches, *stream_parts(host, publishes=sequencer is not None)]
    if sequencer is not None:
        others.append(retention(host))
    return Workers(
        sequencer,
        runners,
        rebuilds,
        host.get(Membership),
        host.get(StuckGuard),
        others,
        stop_seconds=host.settings(PlatformSettings).stop_seconds,
    )
