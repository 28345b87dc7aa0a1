"""Expected problems in one sentence with their stable code; anything else is a defect, and loud."""

import os
import sys
from collections.abc import Callable

from rustok.app.cli.output import ReaderGone

INTERRUPTED = 130


class CommandFailed(Exception):
    """What a command was asked for cannot be done."""

    code = "COMMAND_FAILED"


class UnknownKind(CommandFailed):
    """No module has a projection of this kind."""

    code = "UNKNOWN_KIND"


class FileUnreadable(CommandFailed):
    """There is no such file, or it cannot be read as what it should be."""

    code = "FILE_UNREADABLE"


class NoPassword(CommandFailed):
    """A password is asked for, and there is nobody to type it."""

    code = "NO_PASSWORD"


def exit_code(command: Callable[[], object]) -> int:
    """Runs the command; prints `error: what is wrong [CODE]` for every expected problem."""
    try:
        command()
    except KeyboardInterrupt:
        return INTERRUPTED
    except ReaderGone:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        code = getattr(error, "code", None)
        if not isinstance(code, str):
            raise
        print(f"error: {error} [{code}]", file=sys.stderr)  # noqa: T201  # the command's answer
        return 1
    return 0
