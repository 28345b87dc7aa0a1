"""`rustok health`."""

from collections.abc import Sequence

import typer

from rustok.app.cli.options import Json
from rustok.app.cli.output import complain, say, say_json
from rustok.app.cli.session import installation
from rustok.app.processes.asking import ProcessHealth, ask_all

MARKS = {"pass": "ok", "warn": "warn", "fail": "FAIL"}


def add_to(application: typer.Typer) -> None:
    """Adds the command."""
    application.command()(health)


def health(*, as_json: Json = False) -> None:
    """Ask the running processes of this home how they are.

    Prints each one's checks and circuit breakers, those of workers that do not listen too. The exit
    code is 1 when one of them cannot serve, does not answer, or when none runs.
    """
    found = ask_all(installation().config.platform.home_path)
    if as_json:
        say_json(found)
    else:
        _tell(found)
    if not found or not all(process.is_well for process in found):
        raise typer.Exit(1)


def _tell(found: Sequence[ProcessHealth]) -> None:
    if not found:
        complain("Nothing runs in this home.")
    for health in found:
        process = health.process
        where = "" if process.address is None else f" at http://{process.address}/"
        mark = "ok" if health.status is None else MARKS[health.status]
        again = f" started again {process.restarts} times" if process.restarts else ""
        what = f"rustok {process.kind}{where}{again}"
        say(f"{mark:<5} {process.pid} {what} {health.output}".rstrip())
        for name, check in sorted(health.checks.items()):
            say(f"      {MARKS[check.status]:<5} {name:<24} {check.output}".rstrip())
