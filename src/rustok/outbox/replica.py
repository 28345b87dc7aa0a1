"""A standby of the database from which consumers may read, and how far it is behind."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Literal

import asyncpg
import structlog

from rustok.core.db import Database
from rustok.core.db.failures import translated
from rustok.core.db.snapshots import Snapshot, SnapshotLost, snapshot
from rustok.core.errors import RustokError
from rustok.core.health import Degraded, Observed
from rustok.core.resilience import Breaker, BreakerOpen
from rustok.outbox import replica_repository
from rustok.outbox.platform import PLATFORM
from rustok.outbox.replica_repository import NodeRow

_log = structlog.get_logger("rustok.outbox")
LOOK_SECONDS = 1.0
MOST_PLACES = 600

ReplicaState = Literal["connecting", "following", "lost", "refused"]


class ReplicaRefused(Exception):
    """The server is there, but is no replica of this database: the start is refused."""

    code = "REPLICA_REFUSED"


class Lag:
    """How long ago the primary was where a replica is now, by one clock and without its times.

    A replica that has all there is has no lag, however long nothing has happened.
    """

    def __init__(self) -> None:
        self._places: deque[tuple[float, int]] = deque()
        self._pause = 0.0
        self._primary = 0
        self._replica: int | None = None

    @property
    def bytes(self) -> int | None:
        """How much of the primary's log is missing; None before the replica has ever answered."""
        return None if self._replica is None else max(0, self._primary - self._replica)

    def seconds(self, now: float) -> float:
        """The age of the oldest place of the primary that the replica has not reached."""
        return now - self._places[0][0] if self._places else 0.0

    def primary_at(self, place: int, now: float) -> None:
        """The primary's log went so far at this moment."""
        self._primary = place
        if not self._places:
            self._pause = 0.0
        elif now - self._places[-1][0] < self._pause:
            return
        self._places.append((now, place))
        if len(self._places) > MOST_PLACES:
            # the longer the lag, the coarser: what is kept is evenly spread
            self._places = deque(list(self._places)[::2])
            self._pause = (now - self._places[0][0]) / len(self._places)

    def replica_at(self, place: int) -> None:
        """The replica shows so much of it."""
        self._replica = place
        while self._places and self._places[0][1] <= place:
            self._places.popleft()


class Replica:
    """Gives snapshots while it follows the primary, is not too far behind, and answers.

    It is looked at once a second. `wait_seconds` is how far behind it may be, and how long it may
    take to answer.
    """

    def __init__(
        self,
        database: Database,
        primary: Database,
        breaker: Breaker,
        *,
        wait_seconds: float,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self.database = database
        self.wait_seconds = wait_seconds
        self.state: ReplicaState = "connecting"
        self.lag_seconds = 0.0
        """How far it was behind when it was last looked at."""
        self._primary = primary
        self._breaker = breaker
        self._timer = timer
        self._lag = Lag()
        self._why = "it has not been asked yet"

    @property
    def lag_bytes(self) -> int | None:
        """How far it is behind, in bytes of the log; None before it has answered."""
        return self._lag.bytes

    @property
    def is_usable(self) -> bool:
        """Whether it is worth asking at this moment."""
        return (
            self.state == "following"
            and self.lag_seconds <= self.wait_seconds
            and self._breaker.state != "open"
        )

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """One moment of it; raises SnapshotLost, within the block too, and BreakerOpen."""
        try:
            async with (
                self._breaker,
                snapshot(
                    self.database, PLATFORM.tenant.id, wait_seconds=self.wait_seconds
                ) as found,
            ):
                yield found
        except SnapshotLost as error:
            self._lose(error)
            raise

    async def flush(self) -> None:
        """Has the primary send what it has not; what it has not on disk, it sends to nobody."""
        with translated():
            await self._primary.pool.execute(replica_repository.FLUSH.sql)

    async def look(self) -> None:
        """Compares it with the primary, and says in `state` what came of it.

        Raises ReplicaRefused for what is no replica of it, BreakerOpen, and DatabaseUnavailable
        where the primary is gone, so that nothing is known.
        """
        primary = await self._ask(self._primary)
        self._lag.primary_at(primary.place, self._timer())
        try:
            async with self._breaker:
                node = await self._answer()
            self._lag.replica_at(node.place)
        except SnapshotLost as error:
            self._lose(error)
            return
        finally:
            self.lag_seconds = self._lag.seconds(self._timer())
        self._judge(node, primary)

    async def run(self) -> None:
        """Looks until cancelled; raises ReplicaRefused where it is none from the beginning."""
        while True:
            is_first = self.state == "connecting"
            try:
                await self.look()
            except ReplicaRefused:
                if is_first:
                    raise
            except BreakerOpen:
                self.state = "lost"
            except (RustokError, asyncpg.PostgresError) as error:
                _log.debug("replica_not_compared", error=str(error))
            await asyncio.sleep(LOOK_SECONDS)

    def check(self, most_seconds: float) -> Observed:
        """How far it is behind; raises Degraded where that is too far, or it is not to be used."""
        seconds = self.lag_seconds
        details = {"state": self.state, "bytes": self.lag_bytes}
        observed = Observed(value=round(seconds, 3), unit="s", details=details)
        if self.state != "following":
            raise Degraded(f"{self._why}; consumers read the primary", observed)
        if seconds > most_seconds:
            raise Degraded(f"it is {seconds:.0f} s behind", observed)
        return observed

    async def _answer(self) -> NodeRow:
        try:
            async with asyncio.timeout(self.wait_seconds):
                return await self._ask(self.database)
        except (RustokError, asyncpg.PostgresError, TimeoutError) as error:
            raise SnapshotLost(str(error)) from error

    async def _ask(self, database: Database) -> NodeRow:
        with translated():
            record = await database.pool.fetchrow(replica_repository.NODE.sql)
        return replica_repository.NODE.row(record)

    def _judge(self, node: NodeRow, primary: NodeRow) -> None:
        if not node.is_replica:
            raise self._refuse(
                "DATABASE_REPLICA_URL names a server that takes writes: a primary, or a replica "
                "that was promoted. Name a streaming replica of DATABASE_URL, or none."
            )
        if node.system != primary.system:
            raise self._refuse(
                "DATABASE_REPLICA_URL names a replica of another server than DATABASE_URL does."
            )
        if node.timeline != primary.timeline:
            # one that follows a server which was just promoted says so after its next checkpoint
            self._refuse(f"it is on timeline {node.timeline}, not on {primary.timeline}")
            return
        if self.state != "following":
            _log.info("replica_followed", lag_bytes=self.lag_bytes)
        self.state = "following"

    def _refuse(self, why: str) -> ReplicaRefused:
        if self.state != "refused":
            _log.warning("replica_refused", code=ReplicaRefused.code, error=why)
        self.state, self._why = "refused", why
        return ReplicaRefused(why)

    def _lose(self, error: SnapshotLost) -> None:
        if self.state != "lost":
            _log.warning("replica_lost", error=str(error))
        self.state, self._why = "lost", "it does not answer"
