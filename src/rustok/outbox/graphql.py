"""Resolvers of the log: events and dead letters, for the tenant's staff."""

from typing import Any

from rustok.core.errors import NotFound
from rustok.core.graphql import (
    Connection,
    Info,
    Payload,
    Resolvers,
    connection,
    essential,
    graph,
    mutation,
)
from rustok.core.paging import Page
from rustok.outbox.dead_letter_service import DeadLetterService
from rustok.outbox.event_queries import EventQueries
from rustok.outbox.types import (
    DEAD_LETTER_ID,
    EVENT_ID,
    EventFilter,
    EventOrder,
    LetterFilter,
)
from rustok.outbox.views import (
    DeadLetterBody,
    EventBody,
    any_id,
    dead_letter_body,
    event_body,
    position_text,
)

resolvers = Resolvers()
resolvers.bind("Event", EventBody)
resolvers.bind("DeadLetter", DeadLetterBody)
resolvers.enum("EventOrder", {"OLDEST": "oldest", "NEWEST": "newest"})


@resolvers.field("Query", "events")
async def events(
    _root: None,
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    filter: dict[str, Any] | None = None,
    order: EventOrder | None = None,
) -> Connection[EventBody]:
    """A page of events."""
    asked = filter or {}
    aggregate_id = asked.get("aggregate_id")
    where = EventFilter(
        name=asked.get("name"),
        aggregate=asked.get("aggregate"),
        aggregate_id=None
        if aggregate_id is None
        else any_id(aggregate_id, "filter", "aggregateId"),
    )
    page = await (
        graph(info)
        .get(EventQueries)
        .list(graph(info).ctx, where, order=order or "oldest", first=first, after=after)
    )
    shown = Page(
        items=tuple(event_body(event) for event in page.items),
        cursors=page.cursors,
        has_next=page.has_next,
    )
    return connection(shown, after)


@resolvers.field("Query", "event")
async def event(_root: None, info: Info, *, id: str) -> EventBody | None:
    """One event."""
    found = EVENT_ID.parse_or_none(id)
    if found is None:
        return None
    try:
        return event_body(await graph(info).get(EventQueries).get(graph(info).ctx, found))
    except NotFound:
        return None


@resolvers.field("Query", "deadLetters")
async def dead_letters(
    _root: None,
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    filter: dict[str, Any] | None = None,
) -> Connection[DeadLetterBody]:
    """A page of dead letters."""
    service = graph(info).get(DeadLetterService)
    page = await service.list(graph(info).ctx, _letters(filter), first=first, after=after)
    shown = Page(
        items=tuple(dead_letter_body(letter) for letter in page.items),
        cursors=page.cursors,
        has_next=page.has_next,
    )
    return connection(shown, after)


@resolvers.field("Query", "deadLetter")
async def dead_letter(_root: None, info: Info, *, id: str) -> DeadLetterBody | None:
    """One dead letter."""
    found = DEAD_LETTER_ID.parse_or_none(id)
    if found is None:
        return None
    try:
        return dead_letter_body(
            await graph(info).get(DeadLetterService).get(graph(info).ctx, found)
        )
    except NotFound:
        return None


@resolvers.field("Mutation", "deadLetterRetry")
@mutation
@essential
async def dead_letter_retry(
    _root: None, info: Info, *, id: str, reason: str | None = None
) -> Payload:
    """Gives an event back to its consumer."""
    service = graph(info).get(DeadLetterService)
    letter_id = DEAD_LETTER_ID.parse(id)
    token = await service.retry(graph(info).ctx, letter_id, reason=reason or "")
    return {"count": 1, "position": position_text(token)}


@resolvers.field("Mutation", "deadLetterDiscard")
@mutation
@essential
async def dead_letter_discard(
    _root: None, info: Info, *, id: str, reason: str | None = None
) -> Payload:
    """Forgets that an event failed."""
    service = graph(info).get(DeadLetterService)
    letter_id = DEAD_LETTER_ID.parse(id)
    token = await service.discard(graph(info).ctx, letter_id, reason=reason or "")
    return {"count": 1, "position": position_text(token)}


@resolvers.field("Mutation", "deadLettersRetry")
@mutation
@essential
async def dead_letters_retry(
    _root: None,
    info: Info,
    *,
    filter: dict[str, Any] | None = None,
    limit: int | None = None,
    reason: str | None = None,
) -> Payload:
    """Gives the oldest dead letters back to their consumers."""
    retried = await (
        graph(info)
        .get(DeadLetterService)
        .retry_all(graph(info).ctx, _letters(filter), most=limit, reason=reason or "")
    )
    return {
        "count": retried.count,
        "remaining": retried.remaining,
        "position": position_text(retried.token),
    }


def _letters(asked: dict[str, Any] | None) -> LetterFilter:
    given = asked or {}
    return LetterFilter(consumer=given.get("consumer"), event=given.get("event"))
