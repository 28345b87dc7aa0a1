"""Settings of the event log."""

import msgspec


class OutboxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The sequencer and the consumers, from `RUSTOK_OUTBOX__*`."""

    sequence_batch: int = 1_000
    """How many events the sequencer numbers in one transaction."""
    consume_batch: int = 500
    """How many events a consumer applies in one transaction."""
    poll_milliseconds: int = 100
    """How long a worker waits for a wake-up before it looks by itself, in milliseconds."""
    handler_seconds: float = 30.0
    """How long a handler may take before that counts as a failure, in seconds. A few events at once
    may take a quarter of it, and are else tried one by one."""
    lease_seconds: float = 2.0
    """How long a worker that gives no sign of life keeps its tenants from others, in seconds."""
    bulk_events: int = 50
    """A tenant with more events than this waiting is served beside the others, not before them."""
    replica_seconds: float = 3.0
    """How far a replica may be behind, and how long it is waited for, before consumers that may
    read it read the primary, in seconds."""
    listener_queue: int = 1_000
    """How many events may wait for one who listens to the log; who lets more gather is told that
    events were missed."""
    retention_days: int = 30
    """How long events are kept after every consumer has passed them, in days; 0 for ever."""
    audit_retention_days: int = 365
    """The same for events that tell who did what to users, roles, the tenant and its log."""

    def __post_init__(self) -> None:
        """Raises ValueError, which is reported as an invalid setting."""
        if not 1 <= self.sequence_batch <= 10_000 or not 1 <= self.consume_batch <= 10_000:
            raise ValueError("a batch holds 1 to 10000 events")
        if not 1 <= self.poll_milliseconds <= 60_000:
            raise ValueError("poll_milliseconds is between 1 and 60000")
        if not 0 < self.handler_seconds <= 3_600:
            raise ValueError("handler_seconds is more than 0 and at most 3600")
        if not 0.5 <= self.lease_seconds <= 300:
            raise ValueError("lease_seconds is between 0.5 and 300")
        if not 0.1 <= self.replica_seconds <= 300:
            raise ValueError("replica_seconds is between 0.1 and 300")
        if not 1 <= self.bulk_events <= 10_000:
            raise ValueError("bulk_events is between 1 and 10000")
        if self.retention_days < 0 or self.audit_retention_days < 0:
            raise ValueError("a retention is 0 days, which means for ever, or more")
        if self.listener_queue < 1:
            raise ValueError("listener_queue is at least 1")

    @property
    def poll_seconds(self) -> float:
        """The pause between two looks, in seconds."""
        return self.poll_milliseconds / 1000
