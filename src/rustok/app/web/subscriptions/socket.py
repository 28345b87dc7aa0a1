"""One WebSocket from its handshake to its end."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog

from rustok import gql
from rustok.app.edge.asgi import Receive, Scope, Send, header
from rustok.app.web.subscriptions import messages
from rustok.app.web.subscriptions.hub import Hub, ServerEnds, TooManyConnections
from rustok.app.web.subscriptions.member import Member, Members
from rustok.app.web.subscriptions.messages import CloseCode, Closed
from rustok.app.web.subscriptions.origins import is_welcome
from rustok.app.web.subscriptions.running import Running
from rustok.app.web.subscriptions.settings import SubscriptionSettings
from rustok.core.context import Context
from rustok.core.errors import RustokError, Unavailable

_log = structlog.get_logger("rustok.graphql")
CLOSE_SECONDS = 1.0
"""How long a close may take to be sent to a client that does not read."""


class Sockets:
    """Serves WebSockets at the endpoint."""

    def __init__(self, members: Members, hub: Hub, settings: SubscriptionSettings) -> None:
        self._members = members
        self._hub = hub
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection that the edge has made a context for."""
        await receive()  # websocket.connect
        if not is_welcome(scope, self._settings.origins):
            await send({"type": "websocket.close", "code": CloseCode.FORBIDDEN})
            return
        speaks = messages.PROTOCOL in scope["subprotocols"]
        subprotocol = messages.PROTOCOL if speaks else None
        await send({"type": "websocket.accept", "subprotocol": subprotocol})
        ctx: Context = scope["rustok_ctx"]
        member = self._members.of(ctx, header(scope, b"authorization"))
        socket = _Socket(member, self._hub, self._settings, receive, send)
        try:
            if not speaks:
                reason = f"The subprotocol is {messages.PROTOCOL}."
                raise Closed(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, reason)
            with self._hub.connection(ctx.tenant.id, ctx.address, socket.leave):
                await socket.run()
        except (TooManyConnections, ServerEnds) as error:
            await socket.close(Closed(CloseCode.TRY_AGAIN_LATER, error.detail))
        except Closed as closed:
            await socket.close(closed)


class _Socket:
    def __init__(
        self,
        member: Member,
        hub: Hub,
        settings: SubscriptionSettings,
        receive: Receive,
        send: Send,
    ) -> None:
        self._member = member
        self._hub = hub
        self._settings = settings
        self._receive = receive
        self._send = send
        self._sending = asyncio.Lock()
        self._acknowledged = asyncio.Event()
        self._initialised = False
        self._leaving = asyncio.Event()
        self._heard_at = asyncio.get_running_loop().time()
        self._running = Running(member, hub, settings, self._transmit)

    def leave(self) -> None:
        """The server ends."""
        self._leaving.set()

    async def run(self) -> None:
        """Serves until the client goes; raises Closed where the server ends it."""
        tasks = {
            asyncio.create_task(part, name="graphql socket")
            for part in (
                self._read(),
                self._await_initialisation(),
                self._watch(),
                self._await_leave(),
                self._running.failure(),
            )
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._running.end()
            self._member.leave()
        for task in done:
            _raise(task)

    async def close(self, closed: Closed) -> None:
        """Tells the client why."""
        self._hub.ended[closed.code] += 1
        message = {"type": "websocket.close", "code": int(closed.code), "reason": closed.reason}
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._send(message)

    async def _read(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                return
            self._heard_at = asyncio.get_running_loop().time()
            text = message.get("text")
            body: bytes = message.get("bytes") or b"" if text is None else text.encode()
            if len(body) > self._settings.message_bytes:
                most = self._settings.message_bytes
                raise Closed(CloseCode.MESSAGE_TOO_BIG, f"A message has at most {most} bytes.")
            await self._handle(messages.decode(body))

    async def _handle(self, message: messages.Message) -> None:
        match message:
            case messages.Init():
                await self._initialise(message.payload or {})
            case messages.Ping():
                await self._transmit(messages.pong(message.payload))
            case messages.Pong():
                pass
            case messages.Subscribe():
                if not self._acknowledged.is_set():
                    raise Closed(CloseCode.UNAUTHORIZED, "Unauthorized")
                await self._running.start(message.id, _operation(message.payload))
            case messages.Complete():
                self._running.cancel(message.id)

    async def _initialise(self, payload: dict[str, object]) -> None:
        if self._initialised:
            reason = "Too many initialisation requests"
            raise Closed(CloseCode.TOO_MANY_INITIALISATIONS, reason)
        self._initialised = True
        given = {name.lower(): value for name, value in payload.items()}
        authorization = given.get("authorization")
        with _forbidding():
            if authorization is not None:
                await self._member.sign_in(str(authorization))
            else:
                await self._member.verify()
        self._acknowledged.set()
        await self._transmit(messages.ACKNOWLEDGED)

    async def _await_initialisation(self) -> None:
        try:
            async with asyncio.timeout(self._settings.init_seconds):
                await self._acknowledged.wait()
        except TimeoutError:
            reason = "Connection initialisation timeout"
            raise Closed(CloseCode.INITIALISATION_TIMEOUT, reason) from None
        await asyncio.Event().wait()

    async def _watch(self) -> None:
        """Whether token, tenant and client are still there."""
        settings = self._settings
        loop = asyncio.get_running_loop()
        await self._acknowledged.wait()
        pinged_at = 0.0
        while True:
            await asyncio.sleep(settings.check_seconds)
            before = self._member.caller
            with _forbidding():
                await self._member.verify()
            if self._member.caller is not before:
                await self._running.check()
            now = loop.time()
            silence = now - self._heard_at
            if silence > 2 * settings.heartbeat_seconds:
                raise Closed(CloseCode.TRY_AGAIN_LATER, "No answer to a ping")
            if silence > settings.heartbeat_seconds and pinged_at < self._heard_at:
                pinged_at = now
                await self._transmit(messages.PING)

    async def _await_leave(self) -> None:
        await self._leaving.wait()
        raise Closed(CloseCode.GOING_AWAY, "The server ends")

    async def _transmit(self, text: str) -> None:
        try:
            async with asyncio.timeout(self._settings.send_seconds), self._sending:
                await self._send({"type": "websocket.send", "text": text})
        except TimeoutError:
            reason = "Messages are not read in time"
            raise Closed(CloseCode.TRY_AGAIN_LATER, reason) from None


@contextmanager
def _forbidding() -> Iterator[None]:
    """A block in which a caller who may not be here any more closes the socket."""
    try:
        yield
    except Unavailable as error:
        raise Closed(CloseCode.TRY_AGAIN_LATER, error.detail) from error
    except RustokError as error:
        raise Closed(CloseCode.FORBIDDEN, f"Forbidden: {error.detail}") from error


def _operation(payload: dict[str, object]) -> gql.Operation:
    try:
        return gql.read_operation(payload)
    except gql.Refused as refused:
        raise Closed(CloseCode.BAD_REQUEST, str(refused)) from None


def _raise(task: asyncio.Task[None]) -> None:
    error = task.exception()
    if isinstance(error, Closed):
        raise error
    if error is not None:
        _log.error("socket_failed", exc_info=error)
        raise Closed(CloseCode.INTERNAL_ERROR, "Internal error") from error
