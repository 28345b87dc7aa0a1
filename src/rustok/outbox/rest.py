"""REST routes of the log: events and dead letters, for the tenant's staff."""

from typing import Annotated

from litestar import get, post
from litestar.params import QueryParameter

from rustok.core.http import ESSENTIAL, Body, Ctx, FromPath, FromQuery, Service, requires
from rustok.outbox.dead_letter_service import DeadLetterService
from rustok.outbox.event_queries import EventQueries
from rustok.outbox.permissions import DEAD_LETTER_MANAGE, DEAD_LETTER_READ, EVENT_READ
from rustok.outbox.types import (
    DEAD_LETTER_ID,
    EVENT_ID,
    EventFilter,
    EventOrder,
    LetterFilter,
)
from rustok.outbox.views import (
    DeadLetterBody,
    DeadLetterList,
    EventBody,
    EventList,
    HandledBody,
    Handling,
    PageBody,
    RetryAll,
    any_id,
    dead_letter_body,
    event_body,
    position_text,
)

Limit = Annotated[int | None, QueryParameter(description="1 to 100, 20 without it.")]
After = Annotated[str | None, QueryParameter(description="`page.next` of the page before.")]
AfterPosition = Annotated[
    str | None,
    QueryParameter(name="after", description="`page.next` of the page before, or a position."),
]
AggregateId = Annotated[
    str | None, QueryParameter(name="aggregateId", description="A UUID, or an id such as prod_...")
]


@get("/api/v1/admin/events", opt=requires(EVENT_READ), tags=["events"])
async def events(
    *,
    ctx: Ctx,
    event_queries: Service[EventQueries],
    limit: Limit = None,
    after: AfterPosition = None,
    name: FromQuery[str | None] = None,
    aggregate: FromQuery[str | None] = None,
    aggregate_id: AggregateId = None,
    order: FromQuery[EventOrder] = "oldest",
) -> EventList:
    """The tenant's events in the order of the log, with their payloads."""
    where = EventFilter(
        name=name,
        aggregate=aggregate,
        aggregate_id=None if aggregate_id is None else any_id(aggregate_id, "aggregateId"),
    )
    page = await event_queries.list(ctx, where, order=order, first=limit, after=after)
    return EventList(
        data=[event_body(event) for event in page.items],
        page=PageBody(next=page.end if page.has_next else None),
    )


@get("/api/v1/admin/events/{event_id:str}", opt=requires(EVENT_READ), tags=["events"])
async def event(
    ctx: Ctx, event_queries: Service[EventQueries], event_id: FromPath[str]
) -> EventBody:
    """One event."""
    return event_body(await event_queries.get(ctx, EVENT_ID.parse(event_id)))


@get("/api/v1/admin/dead-letters", opt=requires(DEAD_LETTER_READ), tags=["dead letters"])
async def dead_letters(
    *,
    ctx: Ctx,
    dead_letter_service: Service[DeadLetterService],
    limit: Limit = None,
    after: After = None,
    consumer: FromQuery[str | None] = None,
    event: FromQuery[str | None] = None,
    total: FromQuery[bool] = False,
) -> DeadLetterList:
    """Events that a consumer gave up on, the oldest first."""
    where = LetterFilter(consumer=consumer, event=event)
    page = await dead_letter_service.list(ctx, where, first=limit, after=after)
    return DeadLetterList(
        data=[dead_letter_body(letter) for letter in page.items],
        page=PageBody(
            next=page.end if page.has_next else None,
            total=await dead_letter_service.count(ctx, where) if total else None,
        ),
    )


@get(
    "/api/v1/admin/dead-letters/{dead_letter_id:str}",
    opt=requires(DEAD_LETTER_READ),
    tags=["dead letters"],
)
async def dead_letter(
    ctx: Ctx, dead_letter_service: Service[DeadLetterService], dead_letter_id: FromPath[str]
) -> DeadLetterBody:
    """One dead letter with the whole reason."""
    return dead_letter_body(
        await dead_letter_service.get(ctx, DEAD_LETTER_ID.parse(dead_letter_id))
    )


@post(
    "/api/v1/admin/dead-letters/retry",
    opt=requires(DEAD_LETTER_MANAGE) | ESSENTIAL,
    tags=["dead letters"],
    status_code=200,
)
async def retry_dead_letters(
    ctx: Ctx, dead_letter_service: Service[DeadLetterService], data: Body[RetryAll]
) -> HandledBody:
    """Gives the oldest dead letters that are meant back to their consumers, up to 500 at once."""
    where = LetterFilter(consumer=data.consumer, event=data.event)
    retried = await dead_letter_service.retry_all(ctx, where, most=data.limit, reason=data.reason)
    return HandledBody(
        count=retried.count,
        remaining=retried.remaining,
        position=position_text(retried.token),
    )


@post(
    "/api/v1/admin/dead-letters/{dead_letter_id:str}/retry",
    opt=requires(DEAD_LETTER_MANAGE) | ESSENTIAL,
    tags=["dead letters"],
    status_code=204,
)
async def retry_dead_letter(
    ctx: Ctx,
    dead_letter_service: Service[DeadLetterService],
    dead_letter_id: FromPath[str],
    data: Body[Handling],
) -> None:
    """Gives an event back to its consumer, before the later ones of its aggregate."""
    letter_id = DEAD_LETTER_ID.parse(dead_letter_id)
    await dead_letter_service.retry(ctx, letter_id, reason=data.reason)


@post(
    "/api/v1/admin/dead-letters/{dead_letter_id:str}/discard",
    opt=requires(DEAD_LETTER_MANAGE) | ESSENTIAL,
    tags=["dead letters"],
    status_code=204,
)
async def discard_dead_letter(
    ctx: Ctx,
    dead_letter_service: Service[DeadLetterService],
    dead_letter_id: FromPath[str],
    data: Body[Handling],
) -> None:
    """Forgets that an event failed; the later ones of its aggregate go on."""
    letter_id = DEAD_LETTER_ID.parse(dead_letter_id)
    await dead_letter_service.discard(ctx, letter_id, reason=data.reason)


ROUTES = (
    events,
    event,
    dead_letters,
    dead_letter,
    retry_dead_letters,
    retry_dead_letter,
    discard_dead_letter,
)
