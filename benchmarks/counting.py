"""`python -m benchmarks.counting URL`: a worker in a process of its own whose consumer only counts.

What it costs is the log's own: looking, taking, moving cursors. Ends with SIGTERM.
"""

import asyncio
import signal
import sys
from collections.abc import Sequence

import uvloop

from rustok.app.bootstrap import open_host, urls
from rustok.app.settings import load
from rustok.app.workers import Workers
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.core.modules.registry import installed
from rustok.outbox.membership import Membership
from rustok.outbox.stuck import StuckGuard
from rustok.outbox.workers import runner
from rustok.testing.databases import SECRET

NAME = "benchmark.counting"
EVENT = "product.updated"


class Counting:
    """A consumer without an effect."""

    name = NAME
    events: tuple[str, ...] | None = (EVENT,)
    retry = RetryPolicy()
    count = 0

    async def handle(self, _ctx: Context, _session: WriteSession, events: Sequence[Event]) -> None:
        """Counts."""
        self.count += len(events)


async def _work(owner_url: str) -> None:
    modules = installed()
    config = load({"SECRET_KEY": SECRET}, modules)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    where = urls(owner_url, SECRET, config)
    async with open_host(config, modules, where, SECRET, workers=True) as host:
        membership, guard = host.get(Membership), host.get(StuckGuard)
        workers = Workers(None, [runner(host, Counting())], [], membership, guard, [])
        sys.stdout.write("READY\n")
        sys.stdout.flush()
        await workers.run(stopping)


if __name__ == "__main__":
    uvloop.run(_work(sys.argv[1]))
