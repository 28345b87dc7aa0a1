"""`rustok events`: the event log, over all tenants."""

import asyncio
from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
import typer

from rustok.app.cli import consumers
from rustok.app.cli.options import AnyTenant, Json
from rustok.app.cli.output import say, say_json, say_json_line
from rustok.app.cli.session import on_host, tenant_by_slug
from rustok.core.host import Host
from rustok.outbox.service import EventLog
from rustok.outbox.types import EVENT_ID, EventFilter, LoggedEvent
from rustok.outbox.views import any_id

LOOK_SECONDS = 0.25
application = typer.Typer(name="events", no_args_is_help=True, rich_markup_mode=None)


@application.callback()
def group() -> None:
    """Look into the event log, and see to its consumers."""


@application.command()
def tail(
    tenant: AnyTenant = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Only events of this name.", metavar="EVENT")
    ] = None,
    aggregate: Annotated[
        str | None, typer.Option("--aggregate", help="Only of this kind of thing.", metavar="KIND")
    ] = None,
    aggregate_id: Annotated[
        str | None,
        typer.Option(
            "--aggregate-id", help="Only of this thing: a UUID, or prod_...", metavar="ID"
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many to begin with.", min=1)] = 20,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Wait for further events.")] = False,
    as_json: Json = False,
) -> None:
    """Print the latest events in order; with --json one JSON object on each line."""
    thing = None if aggregate_id is None else any_id(aggregate_id, "--aggregate-id")

    async def run(host: Host) -> None:
        log = host.get(EventLog)
        tenant_id = None if tenant is None else (await tenant_by_slug(host, tenant)).id
        where = EventFilter(tenant_id=tenant_id, name=name, aggregate=aggregate, aggregate_id=thing)
        position = 0
        events = await log.tail(limit=limit, where=where)
        while True:
            position = _print(events, as_json=as_json) or position
            if not follow:
                return
            if not events:
                await asyncio.sleep(LOOK_SECONDS)
            events = await log.tail(after=position, limit=limit, where=where)

    on_host(run)


@application.command()
def show(
    event_id: Annotated[str, typer.Argument(help="The event's id, evt_...", metavar="ID")],
    *,
    as_json: Json = False,
) -> None:
    """Print one event with its payload."""
    wanted = EVENT_ID.parse(event_id)

    async def run(host: Host) -> LoggedEvent:
        return await host.get(EventLog).show(wanted)

    shown = _shown(on_host(run))
    if as_json:
        say_json(shown)
        return
    payload = shown.pop("payload")
    for key, value in shown.items():
        say(f"{key:<17} {'-' if value is None else value}")
    say(msgspec.json.format(bytes(payload), indent=2).decode())


consumers.add_to(application)


def _print(events: Iterable[LoggedEvent], *, as_json: bool) -> int | None:
    """Prints the events; returns the position of the last."""
    position = None
    for event in events:
        position = event.position
        if as_json:
            say_json_line(_shown(event))
        else:
            moment = event.occurred_at.strftime("%Y-%m-%d %H:%M:%S")
            say(
                f"{event.position:>8}  {moment}  {EVENT_ID.text(event.id)}  {event.name}  "
                f"{event.aggregate} {event.aggregate_id} v{event.aggregate_version}"
            )
    return position


def _shown(event: LoggedEvent) -> dict[str, Any]:
    return {
        "id": EVENT_ID.text(event.id),
        "position": event.position,
        "tenantId": event.tenant_id,
        "name": event.name,
        "schemaVersion": event.schema_version,
        "aggregate": event.aggregate,
        "aggregateId": event.aggregate_id,
        "aggregateVersion": event.aggregate_version,
        "occurredAt": event.occurred_at,
        "actorId": event.actor_id,
        "correlationId": event.correlation_id,
        "causationId": event.causation_id,
        "trace": event.trace,
        "payload": msgspec.Raw(event.payload.encode()),
    }
