"""Writers of one process that record facts through the platform, with pauses and rollbacks.

`python -m tools.crash.writers URL SEED EVENTS SLUG...` prints a Written as JSON at its end.
"""

import asyncio
import random
import sys
from collections.abc import Sequence
from uuid import UUID

import msgspec

from rustok.app.bootstrap import open_host, urls
from rustok.app.settings import load
from rustok.core.context import Context, system_context
from rustok.core.host import Host
from rustok.core.modules.registry import installed
from rustok.core.tenants import TenantDirectory
from tools.crash.module.events import ThingCounted
from tools.crash.module.repository import NEXT_VERSION
from tools.crash.world import SECRET

WRITERS = 16
THINGS = 40
_MOST_EVENTS = 6
_ROLLBACKS = 0.05
_PAUSES = 0.05
_LONGEST_PAUSE = 0.2


class Written(msgspec.Struct, frozen=True):
    """What was committed, and how often all was taken back."""

    events: int
    rollbacks: int


class _Regret(Exception):
    """Takes a transaction back."""


class Work:
    """What is left to write, shared by all writers."""

    def __init__(self, host: Host, tenants: Sequence[Context], events: int, seed: int) -> None:
        self._host = host
        self._tenants = tenants
        chance = random.Random(f"things {seed}")
        self._things = [UUID(int=chance.getrandbits(128)) for _ in range(THINGS)]
        self.left = events
        self.written = 0
        self.rollbacks = 0

    async def write(self, chance: random.Random) -> None:
        """One writer: transactions of a few events each, until there is nothing left."""
        while self.left > 0:
            count = min(self.left, chance.randint(1, _MOST_EVENTS))
            self.left -= count
            try:
                await self._transaction(chance, count)
                self.written += count
            except _Regret:
                self.left += count
                self.rollbacks += 1

    async def _transaction(self, chance: random.Random, count: int) -> None:
        ctx, thing = chance.choice(self._tenants), chance.choice(self._things)
        async with self._host.db.write(ctx) as session:
            for number in range(count):
                version = await session.one(NEXT_VERSION, id=thing)
                fact = ThingCounted(number=number)
                session.record(fact, aggregate_id=thing, aggregate_version=version)
            if chance.random() < _PAUSES:
                await asyncio.sleep(chance.uniform(0, _LONGEST_PAUSE))
            if chance.random() < _ROLLBACKS:
                raise _Regret


async def main(url: str, seed: int, events: int, slugs: Sequence[str]) -> Written:
    """Writes all of them."""
    modules = installed()
    config = load({"SECRET_KEY": SECRET, "RUSTOK_DATABASE__POOL_MAX": str(WRITERS)}, modules)
    where = urls(url, SECRET, config)
    async with open_host(config, modules, where, SECRET, workers=True) as host:
        directory = host.get(TenantDirectory)
        tenants = [system_context(await directory.by_slug(slug)) for slug in slugs]
        work = Work(host, tenants, events, seed)
        writers = [random.Random(f"writer {seed} {number}") for number in range(WRITERS)]
        await asyncio.gather(*(work.write(chance) for chance in writers))
    return Written(work.written, work.rollbacks)


if __name__ == "__main__":
    _, _url, _seed, _events, *_slugs = sys.argv
    _done = asyncio.run(main(_url, int(_seed), int(_events), _slugs))
    sys.stdout.buffer.write(msgspec.json.encode(_done))
