"""A child process ends with its parent, however that ends."""

import ctypes
import os
import signal
import sys
import threading
from contextlib import suppress
from time import monotonic, sleep
from typing import Final

ORPHANED: Final = 87
"""The exit code of a process that did not end in time after its parent."""

_LOOK_SECONDS: Final = 0.5
_PR_SET_PDEATHSIG: Final = 1


def end_with(parent: int, seconds: float) -> None:
    """Asks this process to end once the parent is gone, and ends it so many seconds later.

    Linux says so at once; elsewhere, and where the parent died before it could be asked for, a
    thread finds out within half a second.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    watch = threading.Thread(target=_watch, args=(parent, seconds), name="parent", daemon=True)
    watch.start()


def _watch(parent: int, seconds: float) -> None:
    while os.getppid() == parent:
        sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        sleep(_LOOK_SECONDS)
    os._exit(ORPHANED)
