"""`rustok run`, `serve`, `relay`, `index`: the commands that stay."""

from typing import Annotated

import typer

from rustok.app.processes.commands import POSSIBLE, ServerCommand, start

Port = Annotated[
    int | None,
    typer.Option("--port", help="The port to listen on; PORT and 8000 by default.", metavar="PORT"),
]
Bind = Annotated[
    str | None,
    typer.Option("--bind", help="The address to listen on; 127.0.0.1 by default.", metavar="IP"),
]
MetricsPort = Annotated[
    int | None,
    typer.Option(
        "--metrics-port",
        help="Answer /metrics and /health on this port too; none by default.",
        metavar="PORT",
    ),
]
Count = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=POSSIBLE.start,
        max=POSSIBLE[-1],
        help="Run N API processes, N for projections and a relay as children, and keep them.",
        metavar="N",
    ),
]
Demo = Annotated[
    bool,
    typer.Option(
        "--demo/--no-demo", help="Fill an empty database with the demo, in development only."
    ),
]


def add_to(application: typer.Typer) -> None:
    """Adds the commands."""
    for command in (run, serve, relay, index):
        application.command()(command)


def run(
    port: Port = None,
    bind: Bind = None,
    metrics_port: MetricsPort = None,
    workers: Count = None,
    *,
    demo: Demo = True,
) -> None:
    """Run everything, in one process or in several.

    That is the database, the API, the relay and the index. Without DATABASE_URL an embedded
    PostgreSQL is started in the home folder. The database is migrated where needed.
    """
    command = ServerCommand(
        kind="run",
        port=port,
        bind=bind,
        metrics_port=metrics_port,
        workers=workers,
        demo=demo,
    )
    start(command)


def serve(port: Port = None, bind: Bind = None, metrics_port: MetricsPort = None) -> None:
    """Serve the API alone.

    Needs DATABASE_URL or the embedded server of a `rustok run` in this home, and a migrated
    database. Its workers are `rustok relay` and `rustok index`.
    """
    start(ServerCommand(kind="serve", port=port, bind=bind, metrics_port=metrics_port))


def relay(metrics_port: MetricsPort = None) -> None:
    """Number events, run reactions to them.

    Any number may run on one database; of each consumer, one works at a time.
    """
    start(ServerCommand(kind="relay", metrics_port=metrics_port))


def index(metrics_port: MetricsPort = None) -> None:
    """Keep the read model up to date.

    Rebuilds what the installed projections make differently. Any number may run.
    """
    start(ServerCommand(kind="index", metrics_port=metrics_port))
