"""Reading a consumer's lanes from a stream, as far as it has them at hand."""

from collections.abc import Mapping, Sequence
from time import monotonic
from uuid import UUID

import msgspec

from rustok.core.events.transport import Lane, Stretch
from rustok.outbox.applying import FAILURES, Applied, Applying, Parts, Step, cause_of
from rustok.outbox.platform import on_behalf_of
from rustok.outbox.repository import Look


def lanes_of(look: Look) -> list[Lane]:
    """The lanes that a hand is to take."""
    return [Lane(*lane) for lane in zip(look.tenants, look.positions, strict=True)]


def without(look: Look, served: set[UUID] | frozenset[UUID]) -> Look:
    """What is left of it to take."""
    rest = [lane for lane in lanes_of(look) if lane.tenant_id not in served]
    return _only(look, rest)


def first(look: Look, count: int) -> Look:
    """Its first lanes alone."""
    return _only(look, lanes_of(look)[:count])


def _only(look: Look, lanes: Sequence[Lane]) -> Look:
    return msgspec.structs.replace(
        look,
        tenants=[lane.tenant_id for lane in lanes],
        positions=[lane.after for lane in lanes],
        complete=look.complete and len(lanes) == len(look.tenants),
    )


class Patience:
    """How long lanes have been waited for; those not asked about are forgotten."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: dict[tuple[UUID, int], float] = {}

    def still(self, lanes: Mapping[UUID, int]) -> set[UUID]:
        """The tenants that have not been waited for too long at this position."""
        now = monotonic()
        self._until = {lane: self._until.get(lane, now + self._seconds) for lane in lanes.items()}
        return {tenant_id for (tenant_id, _), until in self._until.items() if now < until}


class ByStream:
    """Applies what the stream has at hand, each lane in the transaction that takes it."""

    def __init__(self, parts: Parts, applying: Applying) -> None:
        self._parts = parts
        self._applying = applying
        self._patience = Patience(parts.settings.poll_seconds)

    async def advance(self, look: Look) -> tuple[Step, Look]:
        """Returns with the lanes that are left, for which the log itself is to be read."""
        lanes = lanes_of(look)
        stretches = await self._parts.sources.read(
            self._applying.consumer,
            self._parts.membership.partitions(self._applying.consumer),
            lanes,
            most=self._applying.each(len(lanes)),
        )
        step, served = Step.IDLE, set[UUID]()
        full = [stretch for stretch in stretches if stretch.upto > stretch.after]
        if full:
            step, served = await self._apply(full)
        # those whose events are on their way
        served |= self._patience.still(
            {o.tenant_id: o.after for o in stretches if o.upto == o.after}
        )
        return step, without(look, served)

    async def _apply(self, stretches: Sequence[Stretch]) -> tuple[Step, set[UUID]]:
        """Applies those whose lanes can be had; returns whose they were."""
        applied: Applied | None = None
        try:
            async with self._parts.worker.write(on_behalf_of(stretches[0].tenant_id)) as session:
                applied = await self._applying.claim(session, stretches)
        except FAILURES as error:
            # the log itself is read for the next attempts, until one names the event
            count = sum(len(stretch.events) for stretch in stretches)
            uptos = {stretch.tenant_id: stretch.upto for stretch in stretches}
            self._applying.failed(uptos, count, cause_of(error))
            return Step.WORKED, {stretch.tenant_id for stretch in stretches}
        if applied.tenants:
            self._applying.done(applied.count, recorded=applied.recorded)
        return Step.WORKED, set(applied.tenants)
