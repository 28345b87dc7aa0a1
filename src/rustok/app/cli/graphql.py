"""`rustok graphql`: what clients ask of the schema, without a database."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from rustok.app.cli.failures import CommandFailed, FileUnreadable
from rustok.app.cli.output import complain, say
from rustok.app.cli.plans import plan
from rustok.app.processes.offline import offline_host

LEFT_OUT = frozenset({"node_modules", "dist", "build", "__pycache__"})
application = typer.Typer(name="graphql", no_args_is_help=True, rich_markup_mode=None)
application.command()(plan)


class FileUnwritable(CommandFailed):
    """The answer cannot be written where it was asked for."""

    code = "FILE_UNWRITABLE"


class NoOperations(CommandFailed):
    """The files hold no operation."""

    code = "NO_OPERATIONS"


@application.callback()
def group() -> None:
    """Work with clients' operations."""


@application.command()
def extract(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="GraphQL files, and sources (.js .jsx .mjs .ts .tsx .py) or folders of them."
        ),
    ],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the manifest to this file.")
    ] = None,
    typenames: Annotated[
        bool,
        typer.Option("--typenames", help="Add __typename everywhere, as Apollo Client does."),
    ] = False,
) -> None:
    """Write the manifest of a client's operations, for RUSTOK_GRAPHQL__ALLOW_LIST.

    They are checked against the schema of the installed modules: what is wrong is printed with its
    line, and then nothing is written.
    """
    texts = {str(path): _text(path) for path in _sources(files)}
    manifest, problems = asyncio.run(_extracted(texts, typenames=typenames))
    for problem in problems:
        complain(problem)
    if problems:
        raise typer.Exit(1)
    if output is None:
        say(manifest)
        return
    try:
        output.write_text(f"{manifest}\n", encoding="utf-8")
    except OSError as error:
        raise FileUnwritable(f"{output} cannot be written: {error.strerror}") from error


async def _extracted(texts: dict[str, str], *, typenames: bool) -> tuple[str, Sequence[str]]:
    # lazy: graphql-core is only loaded where it is used
    from rustok import gql
    from rustok.app.web.graphql import parts
    from rustok.gql.extraction import extract as extracted

    async with offline_host(only_own=False) as host:
        found = extracted(texts, gql.compose(parts(host.modules)).core, typenames=typenames)
    if not found.findings and not found.manifest.operations:
        raise NoOperations("the files hold no operation")
    manifest = msgspec.json.format(msgspec.json.encode(found.manifest), indent=2).decode()
    return manifest, [str(finding) for finding in found.findings]


def _sources(paths: Sequence[Path]) -> Iterator[Path]:
    # lazy: as above
    from rustok.gql.extraction import SUFFIXES

    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(n for n in folders if n not in LEFT_OUT and not n.startswith("."))
            yield from (Path(folder, n) for n in sorted(names) if Path(n).suffix in SUFFIXES)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"{path} cannot be read: {error}") from error
