"""Writers that change products of all tenants at a rate, and readers beside them."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence

import msgspec

from tools.crash.client import Request, Staff, mark
from tools.crash.ledger import Kind, Ledger

WRITERS = 24
_MOST_PRODUCTS = 12
_CHOICES: dict[Kind, int] = {
    "create": 18,
    "update": 34,
    "price": 14,
    "publish": 12,
    "unpublish": 4,
    "stock": 14,
    "delete": 4,
}
_REPEAT_SECONDS = 0.25
_LOOKS_A_SECOND = 3.0
_MADE_UP_SECONDS = 15.0


class Owned(msgspec.Struct, kw_only=True):
    """A product of a writer, who alone changes it."""

    id: str
    variant: str


class Pace:
    """Lets so many go a second; what an outage held up is made up for, up to 15 seconds of it."""

    def __init__(self, rate: float, timer: Callable[[], float] = time.monotonic) -> None:
        self._step = 1 / rate
        self._timer = timer
        self._next = timer()

    async def turn(self) -> None:
        """Returns when it is the caller's turn."""
        await asyncio.sleep(max(0.0, self.due()))

    def due(self) -> float:
        """Takes a turn; in how many seconds it is, less than none where it is late."""
        now = self._timer()
        self._next = max(self._next + self._step, now - _MADE_UP_SECONDS)
        return self._next - now


class Writer:
    """Changes its own products, one after the other; what it repeats, it repeats by key."""

    def __init__(self, run: str, number: int, staff: Staff, pace: Pace, seed: int) -> None:
        self._name = f"{run}-{number:02}"
        self._staff = staff
        self._pace = pace
        self._chance = random.Random(f"writer {seed} {number}")
        self._products: list[Owned] = []
        self._count = 0

    async def run(self, stopping: asyncio.Event) -> None:
        """Writes until stopped."""
        while not stopping.is_set():
            await self._pace.turn()
            await self._change(self._request(), stopping)

    def _request(self) -> Request:
        self._count += 1
        op = f"{self._name}-{self._count:06}"
        kinds, weights = zip(*_CHOICES.items(), strict=True)
        kind: Kind = self._chance.choices(kinds, weights)[0]
        if len(self._products) >= _MOST_PRODUCTS:
            kind = "delete"
        product = None
        if not self._products:
            kind = "create"
        elif kind != "create":
            product = self._chance.choice(self._products)
        if product is not None and kind == "delete":
            self._products.remove(product)
        value = ""
        if kind in {"create", "update"}:
            value = f"{mark(self._staff.slug)} {op}"
        elif kind == "price":
            value = str(1_001 + self._count)
        elif kind == "stock":
            value = str(self._chance.choice((-2, -1, 1, 2)))
        return Request(
            op=op,
            kind=kind,
            keyed=self._chance.random() < 0.6,
            graphql=self._chance.random() < 0.5,
            product="" if product is None else product.id,
            variant="" if product is None else product.variant,
            value=value,
        )

    async def _change(self, request: Request, stopping: asyncio.Event) -> None:
        while True:
            told = await self._staff.change(request, self._chance)
            if told.step == "done" and request.kind == "create":
                variant = told.body["variants"][0]["id"]
                self._products.append(Owned(id=told.body["id"], variant=variant))
            if told.step == "done" or not request.keyed or stopping.is_set():
                return
            if told.step == "refused" and not told.again:
                return
            await asyncio.sleep(_REPEAT_SECONDS)


class Load:
    """All writers and readers of a run."""

    def __init__(
        self,
        run: str,
        entrances: Sequence[str],
        slugs: Sequence[str],
        ledger: Ledger,
        *,
        seed: int,
        rate: float,
    ) -> None:
        self.ledger = ledger
        self._staff = [
            Staff(entrances, slug, [other for other in slugs if other != slug], ledger)
            for slug in slugs
        ]
        pace = Pace(rate)
        self._writers = [
            Writer(run, number, self._staff[number % len(self._staff)], pace, seed)
            for number in range(WRITERS)
        ]
        self._chance = random.Random(f"readers {seed}")
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begins."""
        self._tasks = [asyncio.create_task(w.run(self._stopping)) for w in self._writers]
        self._tasks.append(asyncio.create_task(self._read()))

    async def stop(self) -> None:
        """Ends, once each writer has heard of its last attempt; raises what one failed with."""
        self._stopping.set()
        try:
            await asyncio.gather(*self._tasks)
        finally:
            for staff in self._staff:
                await staff.close()

    async def _read(self) -> None:
        number = 0
        while not self._stopping.is_set():
            for staff in self._staff:
                await staff.look(number, self._chance)
            number += 1
            await asyncio.sleep(1 / _LOOKS_A_SECOND)
