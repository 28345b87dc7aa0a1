"""`rustok import`: one command per format."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from rustok.app.cli.failures import FileUnreadable
from rustok.app.cli.options import Json, Tenant
from rustok.app.cli.output import say, say_json
from rustok.app.cli.session import context_of, on_host
from rustok.app.imports.errors import LineError
from rustok.app.imports.shopify import ImportOptions, ImportReport, Progress, import_products
from rustok.core.host import Host

SHOWN = 100
application = typer.Typer(name="import", no_args_is_help=True, rich_markup_mode=None)


@application.callback()
def group() -> None:
    """Import from other systems."""


@application.command()
def shopify(
    file: Annotated[Path, typer.Argument(help="Shopify's export of products, CSV in UTF-8.")],
    tenant: Tenant,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, import nothing.")
    ] = False,
    currency: Annotated[
        str | None,
        typer.Option("--currency", help="The currency of the prices; the tenant's without."),
    ] = None,
    publish: Annotated[
        bool,
        typer.Option(
            "--publish", help="Show what the file shows; without, new products are drafts."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Import Shopify's product CSV: nothing of a file with errors, and once again is no harm.

    Products are found by their handles and changed to what the file says of them; what it has no
    column for stays.
    """
    options = ImportOptions(dry_run=dry_run, currency=currency, publish=publish)

    async def run(host: Host) -> ImportReport:
        ctx = await context_of(host, tenant)
        with _opened(file) as source, _progress(quiet=as_json) as progress:
            return await import_products(host, ctx, source, options, progress)

    report = on_host(run)
    if as_json:
        say_json(report)
    else:
        _show(report)
    if report.error_count:
        raise typer.Exit(1)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as source:
            if not source.seekable():
                raise FileUnreadable(f"{path} can be read once only; save it as a file.")
            yield source
    except OSError as error:
        if error.filename is None:
            raise
        raise FileUnreadable(f"{path}: {error.strerror}.") from error


def _show(report: ImportReport) -> None:
    if report.ignored_columns:
        say(f"Columns that are not imported: {', '.join(map(repr, report.ignored_columns))}.")
    _list("warning", report.warnings, report.warning_count)
    _list("error", report.errors, report.error_count)
    counts = report.counts
    say(f"{report.products} products in {report.rows} rows, prices in {report.currency}.")
    if report.broken_off is not None:
        at = report.broken_off
        say(f"Broken off: everything before line {at.line} ({at.handle}) was imported.")
    elif report.error_count:
        say(f"Nothing was imported: errors: {report.error_count}.")
        return
    would = "Dry run, would be" if report.dry_run else "Imported"
    say(
        f"{would}: {counts.created} created, {counts.updated} updated, "
        f"{counts.unchanged} unchanged, in {report.seconds} s."
    )


def _list(kind: str, found: Sequence[LineError], count: int) -> None:
    for item in found[:SHOWN]:
        about = ", ".join(part for part in (item.handle, item.column) if part)
        place = f" ({about})" if about else ""
        say(f"{kind}: line {item.line}{place}: {item.detail} [{item.code}]")
    if count > SHOWN:
        say(f"{kind}: and {count - SHOWN} more; --json lists more of them.")


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress | None]:
    if quiet or not sys.stderr.isatty():
        yield None
        return
    # lazy: Rich is for terminals
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Checking", total=1.0)
        yield lambda what, part: bar.update(task, description=what, completed=part)
