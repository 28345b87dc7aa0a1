"""`rustok operations`: what the platform did with itself."""

from typing import Annotated

import msgspec
import typer

from rustok.app.cli.options import Json
from rustok.app.cli.output import say_json, say_table
from rustok.app.cli.session import on_host
from rustok.app.operations.log import OperationsLog
from rustok.core.host import Host


def add_to(application: typer.Typer) -> None:
    """Adds the command."""
    application.command("operations")(operations)


def operations(
    *,
    kind: Annotated[
        str | None, typer.Option("--kind", help="Only entries of this kind.", metavar="KIND")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many, the latest.", min=1)] = 50,
    as_json: Json = False,
) -> None:
    """Print the latest entries of the log of operations.

    They tell of changes of back-pressure (`back_pressure`) and of modules that ail or recover
    (`module`), of all processes and for 90 days.
    """

    async def run(host: Host) -> None:
        found = await host.get(OperationsLog).latest(kind=kind, limit=limit)
        if as_json:
            details = [msgspec.json.decode(each.details) for each in found]
            say_json(
                [
                    {"at": each.at, "kind": each.kind, "subject": each.subject, "details": told}
                    for each, told in zip(found, details, strict=True)
                ]
            )
            return
        rows = [
            (f"{each.at:%Y-%m-%d %H:%M:%S}", each.kind, each.subject, each.details)
            for each in found
        ]
        say_table(("at (UTC)", "kind", "subject", "details"), rows)

    on_host(run)
