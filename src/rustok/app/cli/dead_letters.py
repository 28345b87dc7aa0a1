"""`rustok dead-letters`: events that a consumer gave up on."""

from typing import Annotated, Any

import typer

from rustok.app.cli.options import AnyTenant, Json, Reason
from rustok.app.cli.output import say, say_json, say_table
from rustok.app.cli.session import on_host, tenant_by_slug
from rustok.core.host import Host
from rustok.outbox.service import DeadLetters
from rustok.outbox.types import DEAD_LETTER_ID, EVENT_ID, DeadLetter

application = typer.Typer(name="dead-letters", no_args_is_help=True, rich_markup_mode=None)
Ids = Annotated[list[str], typer.Argument(help="Ids of dead letters, dead_...", metavar="ID...")]
AnyIds = Annotated[
    list[str] | None,
    typer.Argument(help="Ids of dead letters, dead_..., unless --all is given.", metavar="ID..."),
]
AnyConsumer = Annotated[
    str | None, typer.Option("--consumer", help="Only this consumer's.", metavar="NAME")
]
AnyEvent = Annotated[
    str | None, typer.Option("--event", help="Only events of this name.", metavar="EVENT")
]


@application.callback()
def group() -> None:
    """See to events that consumers gave up on."""


@application.command("list")
def list_all(
    tenant: AnyTenant = None,
    consumer: AnyConsumer = None,
    event: AnyEvent = None,
    limit: Annotated[int, typer.Option("--limit", help="How many at the most.", min=1)] = 50,
    *,
    as_json: Json = False,
) -> None:
    """List dead letters, the oldest first."""

    async def run(host: Host) -> list[DeadLetter]:
        tenant_id = None if tenant is None else (await tenant_by_slug(host, tenant)).id
        return await host.get(DeadLetters).list(
            tenant_id=tenant_id, consumer=consumer, event=event, limit=limit
        )

    found = on_host(run)
    if as_json:
        say_json([_shown(letter) for letter in found])
        return
    rows = [
        (
            DEAD_LETTER_ID.text(x.id),
            x.consumer,
            x.event_name,
            x.attempts,
            x.waiting,
            _line(x.reason),
        )
        for x in found
    ]
    say_table(("ID", "CONSUMER", "EVENT", "ATTEMPTS", "WAITING", "REASON"), rows)


@application.command()
def show(
    letter_id: Annotated[str, typer.Argument(help="The dead letter's id.", metavar="ID")],
    *,
    as_json: Json = False,
) -> None:
    """Print one dead letter with the whole reason."""
    wanted = DEAD_LETTER_ID.parse(letter_id)

    async def run(host: Host) -> DeadLetter:
        return await host.get(DeadLetters).show(wanted)

    shown = _shown(on_host(run))
    if as_json:
        say_json(shown)
        return
    for key, value in shown.items():
        say(f"{key:<15} {value}")


@application.command()
def retry(
    letter_ids: AnyIds = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="The oldest of all that match.")] = False,
    tenant: AnyTenant = None,
    consumer: AnyConsumer = None,
    event: AnyEvent = None,
    limit: Annotated[
        int, typer.Option("--limit", help="How many at the most with --all.", min=1, max=1_000)
    ] = 1_000,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Give events back to their consumers, with all attempts anew."""
    if every == bool(letter_ids):
        raise typer.BadParameter("give ids of dead letters, or --all")
    wanted = [DEAD_LETTER_ID.parse(text) for text in letter_ids or ()]

    async def run(host: Host) -> tuple[int, int]:
        letters = host.get(DeadLetters)
        if not every:
            for letter_id in wanted:
                await letters.retry(letter_id, reason=reason)
            return len(wanted), 0
        tenant_id = None if tenant is None else (await tenant_by_slug(host, tenant)).id
        found = await letters.list(tenant_id=tenant_id, consumer=consumer, event=event, limit=limit)
        done = await letters.retry_many(found, reason=reason)
        return done, await letters.count(tenant_id=tenant_id, consumer=consumer, event=event)

    done, remaining = on_host(run)
    if as_json:
        say_json({"count": done, "remaining": remaining} if every else letter_ids)
    else:
        say(f"{done} given back." if not every else f"{done} given back, {remaining} remain.")


@application.command()
def discard(letter_ids: Ids, *, reason: Reason = "", as_json: Json = False) -> None:
    """Forget events; the later ones of their aggregates go on."""
    wanted = [DEAD_LETTER_ID.parse(text) for text in letter_ids]

    async def run(host: Host) -> None:
        for letter_id in wanted:
            await host.get(DeadLetters).discard(letter_id, reason=reason)

    on_host(run)
    if as_json:
        say_json(letter_ids)
    else:
        say(f"{len(letter_ids)} discarded.")


def _line(reason: str) -> str:
    return reason.partition("\n")[0][:80]


def _shown(letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": DEAD_LETTER_ID.text(letter.id),
        "tenantId": letter.tenant_id,
        "consumer": letter.consumer,
        "position": letter.position,
        "eventId": EVENT_ID.text(letter.event_id),
        "event": letter.event_name,
        "aggregate": letter.aggregate,
        "aggregateId": letter.aggregate_id,
        "attempts": letter.attempts,
        "blocking": letter.blocking,
        "waiting": letter.waiting,
        "firstFailedAt": letter.first_failed_at,
        "lastFailedAt": letter.last_failed_at,
        "correlationId": letter.correlation_id,
        "trace": letter.trace,
        "reason": letter.reason,
    }
