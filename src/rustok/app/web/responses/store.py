"""The kept answers of all tenants: bounded, each made once, none older than the last change.

A tenant's answers lie on its shelf. Whatever may make one of them stale takes the shelf away, and
an answer is put only on the shelf that it was begun for: so none outlives a change that happened
while it was made, whichever of the two was noticed first.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from rustok.core.context import TenantRef

A = TypeVar("A")
R = TypeVar("R")

SHARES: Final = 4
"""One tenant's answers take this part of the store, so that none can drive out everyone else's."""
OVERHEAD: Final = 400
"""Bytes that an entry takes besides its key and its body."""
RAWS: Final = 50
"""How many ways of asking for it an answer is known by."""


class Kept(Generic[A]):
    """An answer; it was begun as the store's flight of this number.

    `raws` are the requests, as bytes, that are known to be answered by it.
    """

    __slots__ = ("answer", "begun", "cost", "raws")

    def __init__(self, answer: A, begun: int, cost: int) -> None:
        self.answer = answer
        self.begun = begun
        self.cost = cost
        self.raws: list[Hashable] = []


class Flight:
    """What is made for all who wait for it."""

    __slots__ = ("number", "task", "waiting")

    def __init__(self, number: int, task: asyncio.Task[Any]) -> None:
        self.number = number
        self.task = task
        self.waiting = 0
        task.add_done_callback(_hear)

    async def wait(self) -> Any:
        """What it comes to; the last one who is cancelled here ends it."""
        self.waiting += 1
        try:
            return await asyncio.shield(self.task)
        finally:
            self.waiting -= 1
            if self.waiting == 0 and not self.task.done():
                self.task.cancel()


def _hear(done: asyncio.Task[Any]) -> None:
    if not done.cancelled():
        done.exception()  # raised again for whoever waits, if there is still somebody


class Shelf(Generic[A]):
    """What is kept for a tenant as it was at this moment, the least used first."""

    __slots__ = ("cost", "flights", "kept", "tenant")

    def __init__(self, tenant: TenantRef) -> None:
        self.tenant = tenant
        self.kept: OrderedDict[Hashable, Kept[A]] = OrderedDict()
        self.flights: dict[Hashable, Flight] = {}
        self.cost = 0


class ResponseStore(Generic[A]):
    """Bounded by number and by bytes; the tenant least asked for loses its answers first."""

    def __init__(self, *, entries: int, size: int) -> None:
        self.entries = entries
        self._size = size
        self._shelves: OrderedDict[UUID, Shelf[A]] = OrderedDict()
        self._raws: dict[Hashable, tuple[Shelf[A], Hashable, A]] = {}
        self._count = 0
        self._cost = 0
        self.hits = 0
        """How often an answer was found."""
        self.misses = 0
        """How often none was there."""
        self._flight = 0

    def __len__(self) -> int:
        return self._count

    @property
    def size(self) -> int:
        """The bytes of all that is kept."""
        return self._cost

    @property
    def next_flight(self) -> int:
        """The least number of those that will begin from now on."""
        return self._flight + 1

    def find(self, tenant: TenantRef, key: Hashable, *, begun: int = 0) -> A | None:
        """The answer kept for the key, if it was begun as this flight or later."""
        shelf = self._shelves.get(tenant.id)
        is_same = shelf is not None and (shelf.tenant is tenant or shelf.tenant == tenant)
        found = shelf.kept.get(key) if shelf is not None and is_same else None
        if shelf is None or found is None or found.begun < begun:
            self.misses += 1
            return None
        self.hits += 1
        shelf.kept.move_to_end(key)
        return found.answer

    def find_raw(self, raw: Hashable) -> A | None:
        """The answer to a request of which nothing but its bytes is known."""
        found = self._raws.get(raw)
        if found is None:
            return None
        shelf, key, answer = found
        self.hits += 1
        shelf.kept.move_to_end(key)
        return answer

    def put_raw(self, tenant: TenantRef, key: Hashable, raw: Hashable, *, cost: int) -> None:
        """Lets what is kept for the key be found by a request's bytes as well, as long as it is."""
        shelf = self._shelves.get(tenant.id)
        kept = None if shelf is None else shelf.kept.get(key)
        if shelf is None or kept is None or raw in self._raws or len(kept.raws) == RAWS:
            return
        self._raws[raw] = (shelf, key, kept.answer)
        kept.raws.append(raw)
        kept.cost += cost + OVERHEAD
        shelf.cost += cost + OVERHEAD
        self._cost += cost + OVERHEAD
        self._fit()

    def shelf(self, tenant: TenantRef) -> Shelf[A]:
        """Where to put what is begun now for the tenant; what was kept of another state of it goes.

        Take it before anything is read that the answer is made of.
        """
        shelf = self._shelves.get(tenant.id)
        if shelf is None or not (shelf.tenant is tenant or shelf.tenant == tenant):
            self.drop(tenant.id)
            shelf = self._shelves[tenant.id] = Shelf(tenant)
            while len(self._shelves) > max(self.entries, 1):
                self.drop(next(iter(self._shelves)))
        else:
            self._shelves.move_to_end(tenant.id)
        return shelf

    def put(self, shelf: Shelf[A], key: Hashable, answer: A, *, begun: int, cost: int) -> bool:
        """Keeps the answer; whether it was still worth it."""
        cost += OVERHEAD
        entries, size = max(self.entries // SHARES, 1), self._size // SHARES
        if self._shelves.get(shelf.tenant.id) is not shelf or cost > size:
            return False
        self._remove(shelf, key)
        while shelf.kept and (len(shelf.kept) >= entries or shelf.cost + cost > size):
            self._remove(shelf, next(iter(shelf.kept)))
        shelf.kept[key] = Kept(answer, begun, cost)
        shelf.cost += cost
        self._cost += cost
        self._count += 1
        self._fit()
        return True

    def drop(self, tenant_id: UUID | None) -> None:
        """Forgets a tenant's answers, or those of all; what is being made is not kept either."""
        if tenant_id is None:
            self._shelves.clear()
            self._raws.clear()
            self._count = self._cost = 0
            return
        shelf = self._shelves.pop(tenant_id, None)
        if shelf is not None:
            self._count -= len(shelf.kept)
            self._cost -= shelf.cost
            for kept in shelf.kept.values():
                self._forget_raws(kept)

    async def once(
        self,
        shelf: Shelf[A],
        key: Hashable,
        make: Callable[[int], Coroutine[Any, Any, R]],
        *,
        begun: int = 0,
    ) -> tuple[R, bool]:
        """What `make` comes to for all who ask for the key meanwhile, and whether it ran for us.

        `make` is given the number of its flight, and ends when all who waited for it have gone. Who
        needs a flight of `begun` or later does not wait for an earlier one.
        """
        flight = shelf.flights.get(key)
        is_ours = flight is None or flight.number < begun
        if flight is None or is_ours:
            self._flight += 1
            flight = Flight(self._flight, asyncio.create_task(make(self._flight)))
            shelf.flights[key] = flight
        try:
            return await flight.wait(), is_ours
        finally:
            if flight.waiting == 0 and shelf.flights.get(key) is flight:
                del shelf.flights[key]

    def _fit(self) -> None:
        while self._count > self.entries or self._cost > self._size:
            tenant_id, shelf = next(iter(self._shelves.items()))
            if shelf.kept:
                self._remove(shelf, next(iter(shelf.kept)))
            if not shelf.kept:
                self.drop(tenant_id)

    def _remove(self, shelf: Shelf[A], key: Hashable) -> None:
        found = shelf.kept.pop(key, None)
        if found is not None:
            shelf.cost -= found.cost
            self._cost -= found.cost
            self._count -= 1
            self._forget_raws(found)

    def _forget_raws(self, kept: Kept[A]) -> None:
        for raw in kept.raws:
            del self._raws[raw]
