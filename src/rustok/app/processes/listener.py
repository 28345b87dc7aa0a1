"""The socket a server listens on: taken first, so that a taken port is known at once."""

import errno
import socket

from rustok.app.processes.errors import AddressUnusable, PortTaken

BACKLOG = 1024


def listen(bind: str, port: int) -> socket.socket:
    """A listening socket, for port 0 on any free port; raises PortTaken, AddressUnusable."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    try:
        listener = socket.create_server((bind, port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Something else listens on port {port} of {bind}. Stop it, or choose another "
                f"port: --port {port + 1} (or PORT={port + 1})."
            ) from error
        reason = error.strerror or str(error)
        raise AddressUnusable(f"Cannot listen on {bind}, port {port}: {reason}.") from error
    listener.settimeout(0)
    return listener


def address(listener: socket.socket) -> str:
    """Where it listens, such as `127.0.0.1:8000` or `[::1]:8000`."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
