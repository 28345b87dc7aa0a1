"""Keep one PostgreSQL server running exactly as long as the process that asked for it.

A script of its own, run isolated and without site-packages so that it stays small. It ends the
server when its owner says so on standard input, when the owner dies in any way (standard input
reaches its end, or the parent changes where a fork still holds the other side), and on SIGTERM.
Should the supervisor itself be killed, the kernel ends the server where it can (Linux).

Arguments: owner's pid, lock descriptor, uid and gid (-1: stay), socket folder, log, command.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import NamedTuple

CONTROL = 0
LOG_LIMIT = 10_000_000
OWNER_CHECK_SECONDS = 1.0
_PR_SET_PDEATHSIG = 1
# Fast shutdown, then an immediate one, then the end: each with its time limit in seconds.
_SHUTDOWN = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


class Order(NamedTuple):
    """What to run, for whom."""

    owner: int
    lock: int
    uid: int
    gid: int
    socket_folder: str
    log: str
    command: list[str]


def parse(arguments: list[str]) -> Order:
    """Read the order from the command line."""
    owner, lock, uid, gid = map(int, arguments[:4])
    return Order(owner, lock, uid, gid, arguments[4], arguments[5], arguments[6:])


def supervise(order: Order) -> None:
    """Run the server until it ends or must end; leave no socket folder behind."""
    os.umask(0o077)
    wake = _signals_as_descriptor()
    server = _start(order)
    while server.poll() is None:
        ready, _, _ = select.select([CONTROL, wake], [], [], OWNER_CHECK_SECONDS)
        asked = wake in ready and signal.SIGTERM in os.read(wake, 64)
        if asked or CONTROL in ready or os.getppid() != order.owner:
            _shut_down(server, wake)
        _bound_log(order.log)
    _remove(order.socket_folder)


def _signals_as_descriptor() -> int:
    wake, write = os.pipe()
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, _wake)
    return wake


def _wake(_number: int, _frame: FrameType | None) -> None:
    """Let the signal reach the wake-up descriptor."""


def _start(order: Order) -> subprocess.Popen[bytes]:
    switched = order.uid >= 0
    return subprocess.Popen(  # noqa: S603 - the launcher's own command
        order.command,
        stdin=subprocess.DEVNULL,
        pass_fds=[order.lock],
        user=order.uid if switched else None,
        group=order.gid if switched else None,
        extra_groups=[] if switched else None,
        preexec_fn=_end_with_parent() if sys.platform == "linux" else None,
    )


def _end_with_parent() -> Callable[[], None]:
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl

    def ask_kernel() -> None:
        # Runs after the change of user, which would clear it.
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT))
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel


def _shut_down(server: subprocess.Popen[bytes], wake: int) -> None:
    for number, seconds in _SHUTDOWN:
        server.send_signal(number)
        deadline = time.monotonic() + seconds
        while server.poll() is None and (left := deadline - time.monotonic()) > 0:
            if select.select([wake], [], [], left)[0]:
                os.read(wake, 64)
        if server.returncode is not None:
            return


def _remove(socket_folder: str) -> None:
    # A server that crashed has left its socket behind.
    with suppress(OSError):
        for name in os.listdir(socket_folder):  # noqa: PTH208 - pathlib costs memory all the time
            os.unlink(f"{socket_folder}/{name}")  # noqa: PTH108 - as above
        os.rmdir(socket_folder)  # noqa: PTH106 - as above


def _bound_log(path: str) -> None:
    """Keep one older part of the log when it has grown beyond its limit."""
    output = sys.stderr.fileno()
    size = os.fstat(output).st_size
    if size <= LOG_LIMIT:
        return
    with suppress(OSError), open(path, "rb") as old, open(f"{path}.1", "wb") as kept:  # noqa: PTH123 - as above
        while block := old.read(65_536):
            kept.write(block)
    os.ftruncate(output, 0)


if __name__ == "__main__":
    supervise(parse(sys.argv[1:]))
