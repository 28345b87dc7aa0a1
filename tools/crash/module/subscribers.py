"""Two consumers: one writes down every event, the other is what poison is made for."""

from collections.abc import Sequence

import msgspec

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.ports import Consumer
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from tools.crash.module.events import ThingCounted, ThingPoisoned
from tools.crash.module.poison import POISONS
from tools.crash.module.repository import WRITE_DOWN

WITNESS = "crash.witness"
TASTER = "crash.taster"


class Witness:
    """Writes down every event of every tenant as it comes, without asking whether it was there."""

    name = WITNESS
    events: tuple[str, ...] | None = None
    retry = RetryPolicy()

    async def handle(self, ctx: Context, session: WriteSession, events: Sequence[Event]) -> None:
        """Applies the events."""
        assert {event.tenant_id for event in events} == {ctx.tenant.id}
        await write_down(session, self.name, events)


class Taster:
    """Takes what is put into the rig's things; what is harmless it writes down."""

    name = TASTER
    events: tuple[str, ...] | None = (ThingCounted.name, ThingPoisoned.name)
    retry = RetryPolicy(attempts=3, first_seconds=0.5)

    async def handle(self, ctx: Context, session: WriteSession, events: Sequence[Event]) -> None:
        """Applies the events, up to the first that it does not survive."""
        assert {event.tenant_id for event in events} == {ctx.tenant.id}
        for event in events:
            if event.name == ThingPoisoned.name:
                kind = msgspec.json.decode(event.payload)["kind"]
                await POISONS[kind](session)
            await write_down(session, self.name, [event])


async def write_down(session: WriteSession, consumer: str, events: Sequence[Event]) -> None:
    """One row for each event, in order."""
    await session.execute(
        WRITE_DOWN,
        consumer=consumer,
        event_ids=[event.id for event in events],
        names=[event.name for event in events],
        aggregate_ids=[event.aggregate_id for event in events],
        aggregate_versions=[event.aggregate_version for event in events],
        positions=[event.position for event in events],
        occurred=[event.occurred_at for event in events],
    )


def build(_host: Host) -> list[Consumer]:
    """Both."""
    return [Witness(), Taster()]
