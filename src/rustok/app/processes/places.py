"""The place of a supervised process: what its parent tells it, and what it tells its parent."""

import os
import socket
from typing import Literal

import msgspec

ChildKind = Literal["serve", "relay", "index"]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One of the children of `rustok run --workers`.

    `listener` and `ready` are inherited descriptors: the socket to accept from, and the pipe to
    say on that it works. `children` is how many API processes the parent keeps, and as many for
    projections, `restarts` how often
    this place was filled again.
    """

    kind: ChildKind
    parent: int
    children: int
    restarts: int
    ready: int
    listener: int | None = None
    metrics_port: int | None = None

    def socket(self) -> socket.socket:
        """The listening socket that all API processes of the parent share."""
        assert self.listener is not None
        inherited = socket.socket(fileno=self.listener)
        inherited.settimeout(0)
        return inherited

    def say_ready(self) -> None:
        """Tells the parent that the process works."""
        os.write(self.ready, b"1")
        os.close(self.ready)
