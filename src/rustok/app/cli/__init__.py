"""The command line: `rustok`, one file per group of commands."""

import sys
from functools import partial

from rustok.telemetry.logs import configure


def main() -> None:
    """Runs a command; ends with 0, 1 for a problem, 2 for wrong usage, 130 for Ctrl-C."""
    configure(level="WARNING", style="console")
    # lazy: logging comes first, so that whatever logs is loaded without what it does not use
    from rustok.app.cli.failures import exit_code
    from rustok.app.processes.commands import plainly, start

    server = plainly(sys.argv[1:])
    sys.exit(exit_code(_typed if server is None else partial(start, server)))


def _typed() -> None:
    # lazy: a server is started without the command line's parser
    from rustok.app.cli.application import application

    application(prog_name="rustok")
