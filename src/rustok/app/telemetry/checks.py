"""The checks that every process has: its database, the log and its consumers, search."""

import asyncio
from typing import Any, Final
from uuid import UUID

import asyncpg

from rustok.app.telemetry.log_state import LogState
from rustok.app.telemetry.settings import HealthSettings
from rustok.core.context import Context, TenantRef, system_context
from rustok.core.documents import DocumentIndex, Search
from rustok.core.health import Degraded, HealthChecks, Observed
from rustok.core.host import Host
from rustok.index import service as index
from rustok.outbox.types import ConsumerLag

WRITE: Final = """
    SELECT pg_logical_emit_message(true, 'rustok', 'health'),
           current_setting('transaction_read_only')::boolean
"""
"""A record of the write-ahead log that the commit flushes: what it takes to keep a transaction,
without a row that somebody would have to vacuum."""
_TEXT: Final = "health"


class ReadOnly(Exception):
    """The database answers, but takes no writes."""


def add_checks(host: Host, checks: HealthChecks, log: LogState | None) -> None:
    """Registers them; those of the log where the process may read it."""
    pool = host.db.pool
    checks.add("database", Reading(pool).check, critical=True)
    checks.add("database.write", Writing(pool).check, critical=True)
    checks.add("search", Searching(host).check)
    if log is not None:
        following = Following(log, host.settings(HealthSettings))
        checks.add("events.sequencer", following.sequencer)
        checks.add("events.consumers", following.consumers)


class Reading:
    """The runtime role is let in and answered."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def check(self) -> None:
        """Raises what the driver raises."""
        await self._pool.execute("SELECT 1")


class Writing:
    """A transaction of the runtime role reaches the disk, and a standby that is waited for."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def check(self) -> None:
        """Raises ReadOnly, and what the driver raises."""
        _, read_only = await self._pool.fetchrow(WRITE)
        if read_only:
            raise ReadOnly


class Searching:
    """The index answers a search, of nobody's documents."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._ctx = _nobody()

    async def check(self) -> None:
        """Raises what the search raises."""
        kinds = [each.kind.name for each in index.projections(self._host)]
        documents = self._host.get(DocumentIndex)
        search = Search(locale=self._ctx.locale, text=_TEXT, first=1)
        await asyncio.gather(*(documents.search(self._ctx, kind, search) for kind in kinds[:1]))


class Following:
    """Events get their positions, and consumers pass them."""

    def __init__(self, log: LogState, settings: HealthSettings) -> None:
        self._log = log
        self._settings = settings

    async def sequencer(self) -> Observed:
        """Raises Degraded while an event waits for its position for too long."""
        waited = (await self._log.read()).unsequenced_seconds
        observed = Observed(value=round(waited, 3), unit="s")
        if waited > self._settings.sequencer_seconds:
            raise Degraded(f"an event waits for its position for {waited:.0f} s", observed)
        return observed

    async def consumers(self) -> Observed:
        """Raises Degraded while an event waits for a consumer for too long."""
        found = (await self._log.read()).consumers
        waits = {each.consumer: self._log.waits(each) for each in found}
        observed = Observed(
            value=round(max(waits.values(), default=0.0), 3),
            unit="s",
            details={each.consumer: _lag(each, waits[each.consumer]) for each in found},
        )
        late = [name for name, waited in waits.items() if waited > self._settings.consumer_seconds]
        if late:
            raise Degraded(f"events wait for {', '.join(late)}", observed)
        return observed


def _lag(consumer: ConsumerLag, waited: float) -> dict[str, Any]:
    return {
        "events": consumer.lag,
        "seconds": round(waited, 3),
        "retries": consumer.retries,
        "deadLetters": consumer.dead_letters,
    }


def _nobody() -> Context:
    tenant = TenantRef(
        id=UUID(int=0),
        slug="",
        name="",
        default_locale="en",
        locales=("en",),
        currency="EUR",
        modules=frozenset(),
    )
    return system_context(tenant)
