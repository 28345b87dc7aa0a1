"""A circuit breaker around calls that wait: `async with breaker: ...`."""

import asyncio
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Any

from rustok.core.resilience.circuit import Permit, Rules
from rustok.core.resilience.named import NamedCircuit


class Breaker(NamedCircuit):
    """Lets a block run while the other side answers; raises BreakerOpen while it does not.

    Limit the time within the block, not around it: `asyncio.timeout` around it looks like a
    cancelled caller. The task that enters also leaves.
    """

    def __init__(
        self,
        name: str,
        rules: Rules | None = None,
        *,
        failures: tuple[type[Exception], ...] = (Exception,),
        timer: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(name, rules, failures=failures, timer=timer)
        self._permits: dict[asyncio.Task[Any] | None, list[Permit]] = {}

    async def __aenter__(self) -> None:
        """Raises BreakerOpen."""
        permit = self._begin()
        self._permits.setdefault(asyncio.current_task(), []).append(permit)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Reports what became of the block; whatever it raised goes on."""
        self._end(self._taken(), error)

    def _taken(self) -> Permit:
        task = asyncio.current_task()
        permits = self._permits[task]
        permit = permits.pop()
        if not permits:
            del self._permits[task]
        return permit
