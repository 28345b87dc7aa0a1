"""`rustok migrate` and `rustok rebuild`."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Annotated

import asyncpg
import typer

from rustok.app.bootstrap import login_groups
from rustok.app.cli.failures import UnknownKind
from rustok.app.cli.options import Json
from rustok.app.cli.output import say, say_json
from rustok.app.cli.session import installation, on_host
from rustok.app.migrate.roles import MissingRights
from rustok.app.processes.database import command_urls
from rustok.app.processes.installation import Installation
from rustok.app.processes.owner import owner_connection
from rustok.core.host import Host
from rustok.index.rebuild import Progress
from rustok.index.service import rebuilds


def add_to(application: typer.Typer) -> None:
    """Adds the commands."""
    for command in (migrate, rebuild):
        application.command()(command)


def migrate(*, as_json: Json = False) -> None:
    """Bring the database up to date.

    Creates its roles and applies every module's migrations. Safe to run from several machines at
    once, and while the server runs.
    """
    began = monotonic()
    changed = asyncio.run(_migrate(installation()))
    seconds = round(monotonic() - began, 2)
    if as_json:
        say_json({"changed": changed, "seconds": seconds})
    else:
        say(f"Migrated in {seconds} s." if changed else "The database is up to date.")


def rebuild(
    kind: Annotated[str, typer.Argument(help="What to make anew, such as products.")],
    *,
    as_json: Json = False,
) -> None:
    """Make a kind's documents anew.

    The old ones serve until the new ones are complete. A rebuild that was killed goes on where it
    was.
    """

    async def run(host: Host) -> int:
        known = rebuilds(host)
        if kind not in known:
            names = ", ".join(sorted(known)) or "none"
            raise UnknownKind(f"There is no kind {kind!r}; there are: {names}.")
        with _progress(f"Rebuilding {kind}", quiet=as_json) as progress:
            return await known[kind].run(progress)

    count = on_host(run)
    if as_json:
        say_json({"kind": kind, "documents": count})
    else:
        say(f"{count} documents of {kind} rebuilt.")


async def _migrate(found: Installation) -> bool:
    # lazy: SQLAlchemy and Alembic take longer to load than most commands to run
    from rustok.app.migrate.runner import migrate as migrate_database

    async with command_urls(found) as where:
        async with owner_connection(where.owner):
            """Tells what is wrong with the connection before anything begins."""
        try:
            return await migrate_database(
                where.owner, found.modules, found.secret_key, login_groups(found.config)
            )
        except asyncpg.InsufficientPrivilegeError as error:
            raise MissingRights(
                f"The user of DATABASE_URL may not do this: {error}. Make it the owner of the "
                "database and of its schema public; extensions need CREATE on the database."
            ) from error


@contextmanager
def _progress(title: str, *, quiet: bool) -> Iterator[Progress | None]:
    if quiet or not sys.stderr.isatty():
        yield None
        return
    # lazy: Rich is for terminals
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,} documents"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda count: bar.update(task, completed=count)
