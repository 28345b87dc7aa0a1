"""One connection to NATS: it ends when the server is lost, and is never mended.

A new one is made instead, so that nothing that was given up is sent after all.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeVar

import nats.errors
import nats.js.errors
import structlog
from nats.aio.client import Client
from nats.js.client import JetStreamContext

from rustok.core.events.transport import StreamUnavailable
from rustok.streaming.nats.signing import BadNkey, SigningClient
from rustok.streaming.settings import StreamingSettings

_log = structlog.get_logger("rustok.streaming")
T = TypeVar("T")
CONNECT_SECONDS = 3
CLOSE_SECONDS = 2.0
PING_SECONDS = 4
MOST_PINGS = 2
MOST_PENDING_BYTES = 16_000_000
MOST_IN_FLIGHT = 4_000


class Session:
    """A connection while it lasts."""

    def __init__(self, client: Client, closed: asyncio.Event, limit_seconds: float) -> None:
        self.client = client
        self.js: JetStreamContext = client.jetstream(
            timeout=limit_seconds, publish_async_max_pending=MOST_IN_FLIGHT
        )
        self.closed = closed

    async def until_closed(self, awaitable: Awaitable[T]) -> T:
        """The result, or StreamUnavailable as soon as the connection is lost."""
        wanted = asyncio.ensure_future(awaitable)
        ending = asyncio.ensure_future(self.closed.wait())
        try:
            await asyncio.wait({wanted, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not wanted.done():
                raise StreamUnavailable("The connection to NATS is lost.")
            return wanted.result()
        finally:
            ending.cancel()
            if not wanted.done():
                wanted.cancel()
                await asyncio.gather(wanted, return_exceptions=True)


@asynccontextmanager
async def connected(settings: StreamingSettings) -> AsyncIterator[Session]:
    """A session for the block; raises StreamUnavailable where there is none to be had."""
    client = SigningClient()
    closed = asyncio.Event()
    try:
        with translated():
            await client.connect(**_options(settings), closed_cb=_setting(closed))
        yield Session(client, closed, settings.publish_seconds)
    finally:
        closed.set()
        with suppress(Exception):
            await asyncio.wait_for(client.close(), CLOSE_SECONDS)


@contextmanager
def translated() -> Iterator[None]:
    """What nats-py raises, as StreamUnavailable."""
    try:
        yield
    except (nats.errors.Error, OSError, TimeoutError, BadNkey, ValueError) as error:
        raise StreamUnavailable(f"NATS: {str(error) or type(error).__name__}") from error


def tls_context(settings: StreamingSettings) -> ssl.SSLContext | None:
    """TLS as the settings want it, None for what the server's address says."""
    if not settings.has_tls:
        return None
    context = ssl.create_default_context(cafile=settings.tls_ca_file)
    if settings.tls_cert_file is not None:
        context.load_cert_chain(settings.tls_cert_file, settings.tls_key_file)
    return context


def _options(settings: StreamingSettings) -> dict[str, Any]:
    return {
        "servers": list(settings.nats_urls),
        "name": "rustok",
        "allow_reconnect": False,
        "max_reconnect_attempts": 0,
        "connect_timeout": CONNECT_SECONDS,
        "ping_interval": PING_SECONDS,
        "max_outstanding_pings": MOST_PINGS,
        "pending_size": MOST_PENDING_BYTES,
        "user": settings.nats_user,
        "password": settings.nats_password,
        "token": settings.nats_token,
        "user_credentials": settings.nats_credentials_file,
        "nkeys_seed": settings.nats_nkey_file,
        "tls": tls_context(settings),
        "error_cb": _log_error,
    }


def _setting(event: asyncio.Event) -> Any:
    async def closed() -> None:
        event.set()

    return closed


async def _log_error(error: Exception) -> None:
    _log.debug("nats_error", error=str(error) or type(error).__name__)
