"""`rustok openapi` and `rustok schema`: what the API is, without a database."""

import asyncio
import json
from typing import Annotated

import msgspec
import typer

from rustok.app.cli.output import say
from rustok.app.processes.offline import offline_host

OwnModules = Annotated[
    bool, typer.Option("--own-modules", help="Leave out the modules of third parties.")
]


def add_to(application: typer.Typer) -> None:
    """Adds the commands."""
    for command in (openapi, schema):
        application.command()(command)


def openapi(*, own_modules: OwnModules = False) -> None:
    """Print the OpenAPI document as JSON."""
    say(asyncio.run(_openapi(only_own=own_modules)))


def schema(*, own_modules: OwnModules = False) -> None:
    """Print the GraphQL schema as SDL."""
    say(asyncio.run(_schema(only_own=own_modules)))


async def _openapi(*, only_own: bool) -> str:
    # lazy: Litestar is only loaded where the API is built
    from rustok.app.asgi import rest

    async with offline_host(only_own=only_own) as host:
        document = msgspec.to_builtins(rest(host).openapi_schema.to_schema())
    return json.dumps(document, indent=2, ensure_ascii=False)


async def _schema(*, only_own: bool) -> str:
    # lazy: as above, and graphql-core
    from rustok import gql
    from rustok.app.web.graphql import parts

    async with offline_host(only_own=only_own) as host:
        return gql.compose(parts(host.modules)).sdl.rstrip("\n")
