"""`rustok doctor`."""

import asyncio

import typer

from rustok.app.cli.options import Json
from rustok.app.cli.output import say, say_json
from rustok.app.cli.session import installation
from rustok.app.doctor.examine import examine
from rustok.app.doctor.report import Report

MARKS = {"ok": "ok", "warning": "warn", "problem": "FAIL"}


def add_to(application: typer.Typer) -> None:
    """Adds the command."""
    application.command()(doctor)


def doctor(*, as_json: Json = False) -> None:
    """Check the installation.

    Says what is wrong and what to do; the exit code is 1 when there is a problem. With --json also
    versions, processes, addresses, the database's URLs and the modules' states.
    """
    report = asyncio.run(examine(installation()))
    if as_json:
        say_json(report)
    else:
        _tell(report)
    if not report.healthy:
        raise typer.Exit(1)


def _tell(report: Report) -> None:
    for finding in report.findings:
        say(f"{MARKS[finding.verdict]:<5} {finding.check:<11} {finding.detail}")
        if finding.remedy is not None:
            say(f"{'':<5} {'':<11} -> {finding.remedy}")
    for process in report.processes:
        where = "" if process.address is None else f" at http://{process.address}/"
        say(f"{'':<5} {'process':<11} {process.pid} rustok {process.kind}{where}")
