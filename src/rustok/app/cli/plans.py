"""`rustok graphql plan`: what is made of an operation before it runs."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from rustok.app.cli.failures import CommandFailed, FileUnreadable
from rustok.app.cli.output import say
from rustok.app.processes.offline import offline_host


class BadOperation(CommandFailed):
    """The file holds no operation that the schema of the installed modules could run."""

    code = "BAD_OPERATION"


def plan(
    file: Annotated[Path, typer.Argument(help="A GraphQL document.")],
    *,
    operation: Annotated[
        str | None, typer.Option("--operation", help="Which of the document's operations.")
    ] = None,
    variables: Annotated[
        str, typer.Option("--variables", help="JSON with what @skip and @include depend on.")
    ] = "{}",
) -> None:
    """Print the Python that an operation is compiled to, and what is known of it.

    The schema is that of the installed modules; nothing runs.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"{file} cannot be read: {error}") from error
    try:
        given = msgspec.json.decode(variables, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise BadOperation(f"--variables: {error}") from error
    say(asyncio.run(_described(text, operation, given)))


async def _described(text: str, name: str | None, variables: dict[str, Any]) -> str:
    # lazy: graphql-core is only loaded where it is used
    from graphql.execution.values import VariableValues

    # lazy: as above
    from rustok import gql
    from rustok.app.web.graphql import parts

    async with offline_host(only_own=False) as host:
        schema = gql.compose(parts(host.modules))
    try:
        document = gql.Documents().get(schema, text, gql.STAFF, suggestions=True)
        prepared = document.operation(schema, name)
    except gql.Refused as refused:
        raise BadOperation("; ".join(each.message for each in refused.problems)) from refused
    made = prepared.plan(VariableValues({}, variables))
    lines = [
        f"# operation: {prepared.name or '(unnamed)'}",
        f"# public answers are kept: {'yes' if prepared.is_cacheable else 'no'}",
    ]
    if isinstance(made, str):
        return "\n".join([*lines, f"# left to graphql-core: {made}"])
    return "\n".join([*lines, made.source or "# every field is resolved: nothing is generated"])
