"""Batches run side by side in a process; what may end the process runs alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

QUIET_SECONDS = 0.5


class Gate:
    """Passed by any number together, or by one with nobody beside it.

    So it is known which event a worker died at, and no other consumer of its process is blamed.
    """

    def __init__(self) -> None:
        self._closed = asyncio.Lock()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._inside = 0

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """The block of one among others."""
        async with self._closed:
            self._inside += 1
            self._quiet.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._quiet.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[bool]:
        """The block of one alone; false where the others did not end within half a second.

        Nobody enters while it waits; a handler that takes its time is not to keep all waiting.
        """
        async with self._closed:
            yield await self._is_quiet()

    async def _is_quiet(self) -> bool:
        try:
            async with asyncio.timeout(QUIET_SECONDS):
                await self._quiet.wait()
        except TimeoutError:
            return False
        return True
