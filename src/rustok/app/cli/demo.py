"""`rustok demo`."""

import typer

from rustok.app.cli.options import Json
from rustok.app.cli.output import say, say_json, say_table
from rustok.app.cli.session import installation, on_host
from rustok.app.processes import demo as processes
from rustok.app.workers import all_workers
from rustok.core.host import Host


def add_to(application: typer.Typer) -> None:
    """Adds the command."""
    application.command()(demo)


def demo(*, as_json: Json = False) -> None:
    """Make the demo's tenants and users.

    Prints how to sign in. rustok run does this by itself for an empty database in development.
    """
    home = installation().config.platform.home_path

    async def load(host: Host) -> None:
        await processes.load(host, home)
        await all_workers(host).settle()

    on_host(load)
    made = processes.sign_ins(home)
    if as_json:
        say_json(made)
        return
    rows = [
        (slug, role, user.email, user.password)
        for slug, users in made.tenants.items()
        for role, user in users.items()
    ]
    say_table(("TENANT", "ROLE", "EMAIL", "PASSWORD"), rows)
    say(f"This is also in {home / processes.FILE}.")
