"""The operations that run over one WebSocket."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import msgspec

from rustok import gql
from rustok.app.web.subscriptions import messages
from rustok.app.web.subscriptions.hub import Hub, TooManySubscriptions
from rustok.app.web.subscriptions.member import Member
from rustok.app.web.subscriptions.messages import CloseCode, Closed
from rustok.app.web.subscriptions.settings import SubscriptionSettings


class _Run(msgspec.Struct):
    operation: gql.Operation
    task: asyncio.Task[None] | None = None
    streams: bool = False


class Running:
    """Each operation has a task, which ends with it, with its connection, or when it is told to."""

    def __init__(
        self,
        member: Member,
        hub: Hub,
        settings: SubscriptionSettings,
        transmit: Callable[[str], Awaitable[None]],
    ) -> None:
        self._member = member
        self._hub = hub
        self._most = settings.operations_per_connection
        self._transmit = transmit
        self._runs: dict[str, _Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self, id: str, operation: gql.Operation) -> None:  # noqa: A002  # protocol
        """Begins an operation; raises Closed where its id is taken."""
        if id in self._runs:
            raise Closed(CloseCode.SUBSCRIBER_EXISTS, f"Subscriber for {id} already exists")
        if len(self._tasks) >= self._most:
            self._hub.refused += 1
            await self._transmit(messages.answer(id, _refused(TooManySubscriptions())))
            return
        run = self._runs[id] = _Run(operation)
        run.task = asyncio.create_task(self._run(id, run), name="graphql operation")
        self._tasks.add(run.task)
        run.task.add_done_callback(self._done)

    def cancel(self, id: str) -> None:  # noqa: A002  # the protocol's own word
        """Ends an operation that the client wants no more of; unknown ids are over already."""
        run = self._runs.pop(id, None)
        if run is not None and run.task is not None:
            run.task.cancel()

    async def check(self) -> None:
        """Ends the subscriptions that the member may not have any more."""
        for id_, run in tuple(self._runs.items()):
            refusal = self._member.refusal(run.operation) if run.streams else None
            if refusal is not None:
                self.cancel(id_)
                await self._transmit(messages.answer(id_, refusal))

    async def failure(self) -> None:
        """Waits for an operation that fails the connection, and raises what it raised."""
        await self._failed

    async def end(self) -> None:
        """Ends them all."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._runs.clear()
        if not self._failed.cancel() and not self._failed.cancelled():
            self._failed.exception()  # whoever waited for it is gone: that alone is no error

    async def _run(self, id: str, run: _Run) -> None:  # noqa: A002  # the protocol's own word
        try:
            with self._hub.operation(self._member.ctx.tenant.id):
                last = await self._answer(id, run)
        except TooManySubscriptions as error:
            last = messages.answer(id, _refused(error))
        if self._runs.get(id) is run:  # the id is free before the client can know of the end
            del self._runs[id]
        await self._transmit(last)

    async def _answer(self, id: str, run: _Run) -> str:  # noqa: A002  # the protocol's own word
        refusal = await self._member.message()
        if refusal is not None:
            return messages.answer(id, refusal)
        answers = await self._member.answers(run.operation)
        if isinstance(answers, gql.Result):
            if not answers.executed:
                return messages.answer(id, answers)
            await self._transmit(messages.answer(id, answers))
            return messages.completed(id)
        run.streams = True
        async with aclosing(answers):
            async for answer in answers:
                if not answer.executed:
                    return messages.answer(id, answer)
                await self._transmit(messages.answer(id, answer))
        return messages.completed(id)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and not self._failed.done():
            self._failed.set_exception(error)


def _refused(error: TooManySubscriptions) -> gql.Result:
    return gql.Result.refused((gql.Problem(code=error.code, message=error.detail),))
