"""`rustok events consumers | replay | forget`: who reads the log, and how far."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer

from rustok.app.cli.options import AnyTenant, Json, Reason
from rustok.app.cli.output import say, say_json, say_table
from rustok.app.cli.session import on_host, tenant_by_slug
from rustok.app.settings import PlatformSettings
from rustok.app.workers import subscribers
from rustok.core.events.ports import Consumer
from rustok.core.host import Host
from rustok.index import service as index
from rustok.outbox.consumer_list import ConsumerList, Reader
from rustok.outbox.replay import Replay, Stretch, Told

Name = Annotated[str, typer.Argument(help="The name, as in the list.", metavar="NAME")]


def add_to(application: typer.Typer) -> None:
    """Adds the commands."""
    for command in (consumers, replay, forget):
        application.command()(command)


def consumers(*, as_json: Json = False) -> None:
    """List who reads the log, and how far each is; old events stay until all have read them."""

    async def run(host: Host) -> tuple[list[Reader], set[str]]:
        return await host.get(ConsumerList).readers(), _in_use(host)

    found, in_use = on_host(run)
    if as_json:
        say_json(
            [
                {
                    "name": reader.name,
                    "kind": reader.kind,
                    "installed": reader.name in in_use,
                    "position": reader.position,
                    "lag": reader.lag,
                    "retries": reader.retries,
                    "deadLetters": reader.dead_letters,
                }
                for reader in found
            ]
        )
        return
    rows = [
        (
            reader.name,
            reader.kind,
            reader.name in in_use,
            reader.position,
            reader.lag,
            reader.retries,
            reader.dead_letters,
        )
        for reader in found
    ]
    say_table(("NAME", "KIND", "INSTALLED", "POSITION", "LAG", "RETRIES", "DEAD"), rows)


def replay(
    first: Annotated[int, typer.Option("--from", help="The first position.", min=1)],
    last: Annotated[int, typer.Option("--to", help="The last position.", min=1)],
    consumer: Annotated[str, typer.Option("--consumer", help="Who gets them.", metavar="NAME")],
    *,
    tenant: AnyTenant = None,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Give a consumer events of the past again, before what is live; its cursor stays."""

    async def run(host: Host) -> int:
        tenant_id = None if tenant is None else (await tenant_by_slug(host, tenant)).id
        stretch = Stretch(first=first, last=last, tenant_id=tenant_id)
        with _progress(quiet=as_json) as told:
            return await host.get(Replay).run(
                _installed(host), consumer, stretch, reason=reason, told=told
            )

    count = on_host(run)
    if as_json:
        say_json({"consumer": consumer, "events": count})
    else:
        say(f"{count} events given back to {consumer}.")


def forget(name: Name, *, as_json: Json = False) -> None:
    """Forget a consumer that is not installed any more, with its cursors and dead letters."""

    async def run(host: Host) -> None:
        await host.get(ConsumerList).forget(name, in_use=_in_use(host))

    on_host(run)
    if as_json:
        say_json({"forgotten": name})
    else:
        say(f"{name} is forgotten.")


def _installed(host: Host) -> Sequence[Consumer]:
    return [*index.consumers(host), *subscribers(host)]


def _in_use(host: Host) -> set[str]:
    """The names of what is installed, and of the stream that is switched on."""
    names = {consumer.name for consumer in _installed(host)}
    return names | {host.settings(PlatformSettings).events_transport}


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Told | None]:
    if quiet or not sys.stderr.isatty():
        yield None
        return
    # lazy: Rich is for terminals
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("Giving back", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
