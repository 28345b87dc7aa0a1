"""`rustok run`, `serve`, `relay`, `index`: the commands that stay."""

from typing import Annotated

import typer

from rustok.app.cli.options import Bind, Port
from rustok.app.cli.session import installation
from rustok.app.processes.installation import Installation
from rustok.telemetry.logs import configure

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


def run(port: Port = None, bind: Bind = None, *, demo: Demo = True) -> None:
    """Run everything: the database, the API, the relay and the index.

    Without DATABASE_URL an embedded PostgreSQL is started in the home folder. The database is
    migrated where needed.
    """
    found = _configured(installation(port=port, bind=bind))
    # lazy: each command loads what it runs, for start-up is counted in milliseconds
    from rustok.app.processes.run import run as run_all

    run_all(found, with_demo=demo)


def serve(port: Port = None, bind: Bind = None) -> None:
    """Serve the API alone, beside `rustok relay` and `rustok index`.

    Needs DATABASE_URL or the embedded server of a `rustok run` in this home. Does not migrate.
    """
    found = _configured(installation(port=port, bind=bind))
    # lazy: as above
    from rustok.app.processes.serve import serve as serve_api

    serve_api(found)


def relay() -> None:
    """Number the events and run the modules' reactions to them; several may run."""
    found = _configured(installation())
    # lazy: as above
    from rustok.app.processes.work import work

    work(found, "relay")


def index() -> None:
    """Keep the read model up to date, and rebuild it where needed; several may run."""
    found = _configured(installation())
    # lazy: as above
    from rustok.app.processes.work import work

    work(found, "index")


def _configured(found: Installation) -> Installation:
    platform = found.config.platform
    configure(level=platform.log_level, style=platform.log_format)
    return found
