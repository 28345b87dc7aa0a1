"""Signals between processes over one LISTEN connection."""

import asyncio
from collections import defaultdict
from time import monotonic
from typing import Any

import asyncpg
import structlog

from rustok.core.signals import Listener

_log = structlog.get_logger("rustok.signals")
CHECK_SECONDS = 0.5
RETRY_SECONDS = 0.2
CURRENT_SECONDS = 1.0


class PostgresSignals:
    """Implements the Signals port; hears only while `run` runs.

    The connection is probed twice a second. When it was lost, every listener is called with an
    empty text: anything may have changed meanwhile.
    """

    def __init__(self, url: str, pool: asyncpg.Pool) -> None:
        self._url = url
        self._pool = pool
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self.connected = asyncio.Event()
        self._alive_at = 0.0

    def listen(self, channel: str, listener: Listener) -> None:
        """Calls the listener with each message's text: what is added while `run` runs, soon."""
        self._listeners[channel].append(listener)

    async def send(self, channel: str, text: str) -> None:
        """Sends outside any transaction."""
        await self._pool.execute("SELECT pg_notify($1, $2)", channel, text)

    @property
    def is_current(self) -> bool:
        """Whether this process has heard every message that is older than a second.

        A connection that fell silent without an end is noticed by its probe.
        """
        return self.connected.is_set() and monotonic() - self._alive_at < CURRENT_SECONDS

    async def run(self) -> None:
        """Listens until cancelled, connecting again as often as needed."""
        while True:
            try:
                await self._hear()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                _log.warning("signals_lost", error=str(error))
            self.connected.clear()
            self._forget_everything()
            await asyncio.sleep(RETRY_SECONDS)

    async def _hear(self) -> None:
        connection: Any = await asyncpg.connect(self._url, timeout=5)
        try:
            channels = await self._follow(connection, frozenset())
            self._alive_at = monotonic()
            self._forget_everything()
            self.connected.set()
            while True:
                await asyncio.sleep(CHECK_SECONDS)
                probed_at = monotonic()
                await connection.execute("SELECT 1", timeout=2)
                self._alive_at = probed_at
                channels = await self._follow(connection, channels)
        finally:
            connection.terminate()

    async def _follow(self, connection: Any, known: frozenset[str]) -> frozenset[str]:
        """Listens to the channels that are new: a module may come to life late."""
        wanted = frozenset(self._listeners)
        for channel in wanted - known:
            await connection.add_listener(channel, self._heard)
        return wanted

    def _heard(self, _connection: object, _pid: int, channel: str, text: object) -> None:
        for listener in tuple(self._listeners[channel]):
            listener(str(text))

    def _forget_everything(self) -> None:
        for listeners in self._listeners.values():
            for listener in listeners:
                listener("")
