"""Ends the work for a client that has gone, so that it holds no connection of the pool."""

import asyncio
from types import TracebackType
from typing import Final, Self

from litestar.types import Receive

LOOK_AFTER: Final = 0.1
"""Seconds: most requests are answered before, and pay for no task that listens."""


class Hangup:
    """A block that is cancelled, and left without an error, when its client hangs up.

    `happened` says whether it did. Of the request, all must have been received before, but for an
    empty message that ends it.
    """

    def __init__(self, receive: Receive) -> None:
        self.happened = False
        self._receive = receive
        self._timer: asyncio.TimerHandle | None = None
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self._timer = asyncio.get_running_loop().call_later(LOOK_AFTER, self._look)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if self._timer is not None:
            self._timer.cancel()
        if self._listening is not None:
            self._listening.cancel()
        if not self.happened:
            return False
        others = self._task.uncancel() > self._cancelling
        return kind is not None and issubclass(kind, asyncio.CancelledError) and not others

    def _look(self) -> None:
        self._listening = asyncio.create_task(self._listen(), name="hangup")

    async def _listen(self) -> None:
        for _ in range(2):  # the message that ends the body may be still to come
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.happened = True
                self._task.cancel()
                return
