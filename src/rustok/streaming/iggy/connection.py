"""A client of Apache Iggy, and what it raises, as the platform's own."""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from rustok.core.events.transport import StreamUnavailable
from rustok.streaming.settings import StreamingSettings

if TYPE_CHECKING:
    from apache_iggy import IggyClient

T = TypeVar("T")


def client(settings: StreamingSettings) -> "IggyClient":
    """A client that is not connected yet; raises StreamUnavailable for a bad address.

    It does not connect again by itself: what was given up must not be sent after all.
    """
    # lazy: an extra, and a library of some 20 MB
    from apache_iggy import AutoLogin, IggyClient, TcpConfig, TcpReconnectionConfig

    if settings.iggy_token is not None:
        login = AutoLogin.personal_access_token(settings.iggy_token)
    else:
        login = AutoLogin.username_password(settings.iggy_user or "", settings.iggy_password or "")
    with translated():
        return IggyClient(
            TcpConfig(
                server_address=settings.iggy_url,
                auto_login=login,
                reconnection=TcpReconnectionConfig(
                    enabled=False, max_retries=0, interval=timedelta(seconds=1)
                ),
                heartbeat_interval=timedelta(seconds=5),
                tls_enabled=settings.has_tls,
                tls_domain=(settings.iggy_url or "").rpartition(":")[0] or None,
                tls_ca_file=settings.tls_ca_file,
                nodelay=True,
            )
        )


@contextmanager
def translated() -> Iterator[None]:
    """What the client raises, as StreamUnavailable."""
    try:
        yield
    except (RuntimeError, ValueError, OSError, TimeoutError) as error:
        raise StreamUnavailable(f"Iggy: {str(error) or type(error).__name__}") from error


async def within(seconds: float, answer: Awaitable[T]) -> T:
    """The answer; raises StreamUnavailable when it fails or does not come in time."""
    with translated():
        async with asyncio.timeout(seconds):
            return await answer
