"""Makes what a schedule says happen to a world."""

import asyncio
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from uuid import uuid4

import asyncpg

from tools.crash.schedule import PROXIED, Fault, Strike
from tools.crash.world import Process, World

FREEZE = signal.SIGSTOP
THAW = signal.SIGCONT
HOLD = """
    INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, aggregate_id,
                            aggregate_version, payload, occurred_at, correlation_id)
    VALUES ($1, $2, 'thing.counted', 1, 'thing', $3, 1, '{"number": 0}', now(), $4)
"""


class Striker:
    """Carries strikes out, and counts them."""

    def __init__(self, world: World, tell: Callable[[str], None]) -> None:
        self._world = world
        self._tell = tell
        self.counts: dict[Fault, int] = {}
        self.held: list[str] = []
        """The ids of events whose transactions were held open for long."""

    async def carry_out(self, strikes: Sequence[Strike]) -> None:
        """Does all of them at their times, then heals what is left."""
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for strike in strikes:
                await asyncio.sleep(max(0.0, began + strike.at - time.monotonic()))
                self._tell(str(strike))
                self.counts[strike.fault] = self.counts.get(strike.fault, 0) + 1
                group.create_task(self._strike(strike))
        self._world.heal()

    async def _strike(self, strike: Strike) -> None:
        process = self._world.processes.get(strike.target)
        if strike.fault in PROXIED:
            assert process is not None
            await self._disturb(strike, process)
            return
        by_name: dict[Fault, Callable[[Strike], Awaitable[None]]] = {
            "kill": self._kill,
            "freeze": self._freeze,
            "kill_postgres": self._kill_postgres,
            "kill_nats": self._kill_nats,
            "kill_redis": self._kill_redis,
            "delete_stream": self._delete_stream,
            "skew": self._skew,
            "long_transaction": self._hold,
        }
        await by_name[strike.fault](strike)

    async def _kill(self, strike: Strike) -> None:
        await self._world.processes[strike.target].child.kill_soon()

    async def _freeze(self, strike: Strike) -> None:
        child = self._world.processes[strike.target].child
        if child.send(FREEZE):
            await asyncio.sleep(strike.seconds)
            child.send(THAW)

    async def _disturb(self, strike: Strike, process: Process) -> None:
        for proxy in process.proxies.values():
            if strike.fault == "reset":
                proxy.reset()
            else:
                proxy.trouble(strike.fault, strike.amount)  # type: ignore[arg-type]  # PROXIED
        await asyncio.sleep(strike.seconds)
        for proxy in process.proxies.values():
            proxy.heal()

    async def _kill_postgres(self, _strike: Strike) -> None:
        await self._world.postgres.child.kill_soon()

    async def _kill_nats(self, _strike: Strike) -> None:
        assert self._world.nats is not None
        self._world.nats.child.kill()

    async def _kill_redis(self, _strike: Strike) -> None:
        assert self._world.redis is not None
        self._world.redis.child.kill()

    async def _delete_stream(self, _strike: Strike) -> None:
        assert self._world.nats is not None
        with suppress(Exception):  # the server may have been killed at this moment
            await delete_streams(self._world.nats.port)

    async def _skew(self, strike: Strike) -> None:
        """Starts the process again with a clock that is off, and stays so until its next strike."""
        process = self._world.processes[strike.target]
        program = ["-m", "tools.crash.skewed", f"{strike.amount:.1f}"]
        process.child.command = [sys.executable, *program, *arguments(process)]
        process.child.kill()

    async def _hold(self, strike: Strike) -> None:
        """A transaction with an event stays open; one that PostgreSQL lost was never told of."""
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            owner = await self._world.owner()
            try:
                event = uuid4()
                tenant = self._world.chance.choice(list(self._world.tenants.values()))
                async with owner.transaction():
                    await owner.execute(HOLD, tenant.id, event, uuid4(), "long-transaction")
                    await asyncio.sleep(strike.seconds)
                self.held.append(str(event))
            finally:
                owner.terminate()


def arguments(process: Process) -> list[str]:
    """What the program is called with for a process."""
    port = ["--port", str(process.port)] if process.port else []
    return [process.kind, *port]


async def delete_streams(port: int) -> int:
    """Deletes every stream of a NATS server; returns how many."""
    import nats  # lazy: only where there is a stream

    connection = await nats.connect(f"nats://127.0.0.1:{port}", allow_reconnect=False)
    try:
        jetstream = connection.jetstream()
        streams = await jetstream.streams_info()
        for stream in streams:
            await jetstream.delete_stream(str(stream.config.name))
        return len(streams)
    finally:
        await connection.close()
