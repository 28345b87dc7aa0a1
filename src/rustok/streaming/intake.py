"""Lets in what comes from a stream, or says why not."""

from collections.abc import Callable
from time import monotonic
from typing import Final, Protocol
from uuid import UUID

import structlog

from rustok.core.errors import RustokError
from rustok.core.events.transport import Link
from rustok.core.events.upcasting import EventNotUnderstood, Upcasters
from rustok.core.tenants import TenantDirectory, TenantUnknown
from rustok.streaming.buffers import Buffers
from rustok.streaming.envelope import MalformedMessage, OtherEnvelope, decode
from rustok.streaming.numbers import StreamNumbers

_log = structlog.get_logger("rustok.streaming")

MALFORMED: Final = "STREAM_MESSAGE_MALFORMED"
OTHER_ENVELOPE: Final = "STREAM_ENVELOPE_UNKNOWN"
TENANT_UNCHECKED: Final = "TENANT_UNCHECKED"
QUIET_SECONDS = 1.0
MOST_KNOWN = 100_000


class Skipped(Exception):
    """A message is not used; `code` says why. Consumers read its event from PostgreSQL."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Understanding(Protocol):
    """Says whether an event of the stream means something here."""

    async def check(self, link: Link) -> None:
        """Raises Skipped."""
        ...


class InstalledUnderstanding:
    """Events that installed modules declare, of tenants that are there."""

    def __init__(self, upcasters: Upcasters, tenants: TenantDirectory) -> None:
        self._upcasters = upcasters
        self._tenants = tenants
        self._known: set[UUID] = set()

    async def check(self, link: Link) -> None:
        """Raises Skipped for an unknown event, version or tenant."""
        event = link.event
        try:
            self._upcasters.upcast(event)
        except EventNotUnderstood as error:
            raise Skipped(error.code, str(error)) from error
        if event.tenant_id not in self._known:
            await self._look(event.tenant_id)

    async def _look(self, tenant_id: UUID) -> None:
        try:
            await self._tenants.any_by_id(tenant_id)
        except TenantUnknown as error:
            raise Skipped(error.code, f"tenant {tenant_id}") from error
        except RustokError as error:
            raise Skipped(TENANT_UNCHECKED, error.detail) from error
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known.add(tenant_id)


class Intake:
    """From messages to the buffers. What cannot be used is counted, logged and skipped."""

    def __init__(
        self,
        buffers: Buffers,
        numbers: StreamNumbers,
        understanding: Understanding,
        *,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._buffers = buffers
        self._numbers = numbers
        self._understanding = understanding
        self._timer = timer
        self._logged: dict[str, float] = {}
        self._listeners: list[Callable[[], object]] = []

    def listen(self, arrived: Callable[[], object]) -> None:
        """Calls the listener after events that are new."""
        self._listeners.append(arrived)

    async def take(self, body: bytes, *, place: str) -> None:
        """One message; `place` says where it was found, such as its subject."""
        try:
            link = _decoded(body)
            await self._understanding.check(link)
        except Skipped as skipped:
            self._skip(skipped, place)
        else:
            self.keep(link)

    def forget(self) -> None:
        """Drops what came of a stream that is gone: what comes now may be of another history."""
        self._buffers.clear()

    def keep(self, link: Link) -> None:
        """One event that is known to be good."""
        self._numbers.received += 1
        if not self._buffers.add(link):
            self._numbers.repeated += 1
            return
        for arrived in self._listeners:
            arrived()

    def _skip(self, skipped: Skipped, place: str) -> None:
        self._numbers.skipped[skipped.code] += 1
        now = self._timer()
        last = self._logged.get(skipped.code)
        if last is not None and now - last < QUIET_SECONDS:
            return
        self._logged[skipped.code] = now
        _log.warning(
            "stream_message_skipped",
            code=skipped.code,
            place=place,
            detail=str(skipped)[:200],
            skipped=self._numbers.skipped[skipped.code],
        )


def _decoded(body: bytes) -> Link:
    try:
        return decode(body)
    except MalformedMessage as error:
        raise Skipped(MALFORMED, str(error)) from error
    except OtherEnvelope as error:
        raise Skipped(OTHER_ENVELOPE, str(error)) from error
