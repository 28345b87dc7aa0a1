"""A process of the platform that stops at a given point and waits there to be killed.

`python -m tests.outbox.worker_process POINT URLS TENANT`: the URLs of the roles as JSON, the tenant
by slug. Writes READY when it is at the point.
"""

import asyncio
import os
import sys
from collections.abc import Sequence

import msgspec

from rustok.app.bootstrap import Urls, open_host
from rustok.app.settings import load
from rustok.core.context import Context, system_context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.upcasting import Upcasters
from rustok.core.host import Host
from rustok.core.modules.registry import Modules, installed
from rustok.core.tenants import TenantDirectory
from rustok.outbox import workers
from rustok.testing.databases import SECRET
from tests.outbox.probe import Recorder, ThingChanged, change


class Hanging(Recorder):
    """Applies its events, then waits for its end with the transaction open."""

    async def handle(self, ctx: Context, session: WriteSession, events: Sequence[Event]) -> None:
        await super().handle(ctx, session, events)
        await never()


async def never() -> None:
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


async def main(point: str, urls: str, tenant: str) -> None:
    modules = Modules(module for module in installed() if module.name in {"tenant", "outbox"})
    config = load({"SECRET_KEY": SECRET}, modules)
    async with open_host(
        config, modules, msgspec.json.decode(urls, type=Urls), SECRET, workers=True
    ) as host:
        host.get(Upcasters).declare(ThingChanged)
        ctx = system_context(await host.get(TenantDirectory).by_slug(tenant))
        await POINTS[point](host, ctx)


async def committed(host: Host, ctx: Context) -> None:
    """Events are committed and nobody has numbered them."""
    await change(host, ctx, times=5)
    await never()


async def consuming(host: Host, ctx: Context) -> None:
    """A consumer has applied events and not committed."""
    await change(host, ctx, times=5)
    await workers.sequencer(host).drain()
    await workers.runner(host, Hanging()).drain()


async def dying(host: Host, _ctx: Context) -> None:
    """A consumer ends the process at one thing's event."""

    async def die(_session: WriteSession, event: Event) -> None:
        if str(event.aggregate_id) == os.environ["DEADLY_THING"]:
            os._exit(7)

    await workers.runner(host, Recorder(disturb=die)).drain()


POINTS = {"committed": committed, "consuming": consuming, "dying": dying}

if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
