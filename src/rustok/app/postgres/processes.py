"""What the operating system knows about a process."""

import os
import subprocess
import sys
from pathlib import Path


def exists(pid: int) -> bool:
    """Tell whether there is a process `pid`, of whatever user."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def runs_in(pid: int, program: str, folder: Path) -> bool:
    """Tell whether process `pid` is `program`, working in `folder` where the system tells that.

    A process that may not be looked at is none of ours, so the answer is no.
    """
    if sys.platform == "linux":
        process = Path("/proc", str(pid))
        try:
            name = (process / "comm").read_text().strip()
            return name == program and (process / "cwd").resolve() == folder.resolve()
        except OSError:
            return False
    else:
        command = ["/bin/ps", "-o", "comm=", "-p", str(pid)]
        shown = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
        return Path(shown.stdout.strip()).name == program
