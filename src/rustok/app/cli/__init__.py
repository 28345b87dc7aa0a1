"""The command line: `rustok`, one file per group of commands."""

import sys

from rustok.telemetry.logs import configure


def main() -> None:
    """Runs a command; ends with 0, 1 for a problem, 2 for wrong usage, 130 for Ctrl-C."""
    configure(level="WARNING", style="console")
    # lazy: logging comes first, so that whatever logs is loaded without what it does not use
    from rustok.app.cli.application import application
    from rustok.app.cli.failures import exit_code

    sys.exit(exit_code(lambda: application(prog_name="rustok")))
