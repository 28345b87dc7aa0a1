"""Subscriptions, as the specification of October 2021 has them: a source's events to answers."""

from collections.abc import AsyncGenerator, AsyncIterable
from typing import Any, Protocol

from graphql import ExecutionResult, GraphQLError, located_error
from graphql.execution import create_source_event_stream

from rustok.gql.engine import Engine, Granted
from rustok.gql.permissions import Caller
from rustok.gql.request import Operation
from rustok.gql.result import Result

Answers = AsyncGenerator[Result, None]


class Listener(Protocol):
    """Who subscribes, as they are at this moment: asked again for every event."""

    @property
    def caller(self) -> Caller:
        """What they may; another object than before says that it has changed."""

    def context(self) -> Any:
        """A new context, for the source or for one event."""


async def subscribe(
    engine: Engine, operation: Operation, listener: Listener, *, request_id: str | None = None
) -> Answers | Result:
    """An answer to every event of the one field's source, until it ends or the caller closes.

    A Result says why there is no stream; nothing is raised. Where a stream ends by an error, its
    last answer is one that was not executed. Each event is run by the compiled plan with a context
    of its own, one after the other, and only while the listener may still run the operation.
    """
    caller = listener.caller
    granted = engine.grant(operation, caller, streams=True)
    if isinstance(granted, Result):
        return granted
    execution = engine.execution(granted, listener.context(), caller, None)
    source = create_source_event_stream(execution.executor)
    if not isinstance(source, AsyncIterable | ExecutionResult):
        source = await source
    if isinstance(source, ExecutionResult):
        errors = source.errors or ()
        return Result.refused(tuple(engine.described(error, request_id) for error in errors))
    return _Answering(engine, operation, listener, request_id).answers(source, granted, caller)


class _Answering:
    def __init__(
        self, engine: Engine, operation: Operation, listener: Listener, request_id: str | None
    ) -> None:
        self._engine = engine
        self._operation = operation
        self._listener = listener
        self._request_id = request_id

    async def answers(
        self, source: AsyncIterable[Any], granted: Granted, caller: Caller
    ) -> Answers:
        events = aiter(source)
        try:
            while True:
                try:
                    payload = await anext(events)
                except StopAsyncIteration:
                    return
                except Exception as error:  # noqa: BLE001  # whatever ends the source is told
                    yield self._failed(error, granted)
                    return
                if caller is not self._listener.caller:
                    caller = self._listener.caller
                    again = self._engine.grant(self._operation, caller, streams=True)
                    if isinstance(again, Result):
                        yield again
                        return
                    granted = again
                yield await self._answer(granted, caller, payload)
        finally:
            close = getattr(events, "aclose", None)
            if close is not None:
                await close()

    async def _answer(self, granted: Granted, caller: Caller, payload: Any) -> Result:
        return await self._engine.run(
            granted,
            context=self._listener.context(),
            caller=caller,
            request_id=self._request_id,
            root=payload,
        )

    def _failed(self, error: Exception, granted: Granted) -> Result:
        located: GraphQLError = located_error(error, [granted.prepared.request.operation])
        return Result.refused((self._engine.described(located, self._request_id),))
