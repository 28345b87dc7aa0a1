"""Short messages between processes: hints that something changed, never the change itself."""

from collections.abc import Callable
from typing import Protocol

Listener = Callable[[str], None]


class Signals(Protocol):
    """Publishes and hears messages over PostgreSQL's NOTIFY; app binds it.

    A message may be lost when the connection breaks: then every listener of every channel is
    called with an empty text, which means "anything may have changed".
    """

    def listen(self, channel: str, listener: Listener) -> None:
        """Calls the listener with each message's text, in this process and others' alike."""
        ...

    async def send(self, channel: str, text: str) -> None:
        """Sends outside any transaction."""
        ...

    @property
    def is_current(self) -> bool:
        """Whether this process has heard every message that is older than a second."""
        ...
