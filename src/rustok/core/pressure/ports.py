"""Port: who can count the events that wait."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import msgspec


class Waiting(msgspec.Struct, frozen=True, gc=False):
    """Events of a tenant that a consumer has before it; those without a position have no name."""

    consumer: str
    tenant_id: UUID
    events: int


class Backlog(Protocol):
    """Counts events over all tenants; the outbox implements it."""

    async def waiting(self, *, tenant_most: int, most: int) -> Sequence[Waiting]:
        """What waits, counted up to so many of a tenant and in all.

        Raises DatabaseUnavailable, DeadlineExceeded.
        """
        ...
