"""What all streams of this module have in common."""

from typing import Protocol

from rustok.core.events.transport import Transport
from rustok.streaming.buffers import Buffers


class Stream(Transport, Protocol):
    """A transport that keeps what it brings for the consumers of its process."""

    @property
    def buffers(self) -> Buffers:
        """What it keeps."""
        ...
