"""Folders for servers of tests."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")  # noqa: S108  # a folder of one's own is made in it
ROOM: Final = 3 * 1024**3
"""A run's log, template and databases take a third of it, in bytes."""


def server_folder() -> Path:
    """A new folder that a server's account may enter, in memory where there is room.

    A database is a thousand small files, which on a disk take longer to make than most tests run.
    `TMPDIR` says otherwise.
    """
    made = Path(tempfile.mkdtemp(prefix="rustok-test-", dir=MEMORY if _has_room() else None))
    made.chmod(0o755)  # under root the server is another user, who must get in
    return made


def _has_room() -> bool:
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK | os.X_OK):
        return False
    return shutil.disk_usage(MEMORY).free >= ROOM
