"""All commands, joined."""

from typing import Annotated

import typer

from rustok import __version__
from rustok.app.cli import (
    api_keys,
    contracts,
    database,
    dead_letters,
    demo,
    doctor,
    events,
    graphql,
    health,
    imports,
    keys,
    modules,
    operations,
    servers,
    tenants,
    users,
)

application = typer.Typer(
    name="rustok",
    help="One server on which many tenants each run a shop, a blog, a forum and pages.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(asked: object) -> None:
    if asked:
        typer.echo(f"rustok {__version__}")
        raise typer.Exit


@application.callback()
def root(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Settings come from the environment: RUSTOK_*, DATABASE_URL, SECRET_KEY, PORT."""


servers.add_to(application)
database.add_to(application)
demo.add_to(application)
doctor.add_to(application)
health.add_to(application)
operations.add_to(application)
contracts.add_to(application)
application.add_typer(graphql.application)
application.add_typer(imports.application)
application.add_typer(tenants.application)
application.add_typer(users.application)
application.add_typer(api_keys.application)
application.add_typer(modules.application)
application.add_typer(keys.application)
application.add_typer(events.application)
application.add_typer(dead_letters.application)
