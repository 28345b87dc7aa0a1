"""Settings of what a process tells of itself."""

import msgspec


class TelemetrySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers, from `RUSTOK_TELEMETRY__*`; traces are configured by `OTEL_*`."""

    tenant_label: bool = False
    """Publish numbers of each tenant as well. Every tenant then has series of its own, which a
    server with thousands of them should not want."""


class HealthSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the checks of a process come to, from `RUSTOK_HEALTH__*`."""

    critical: tuple[str, ...] = ()
    """Checks whose failure makes the process not ready, besides those that do so by default."""
    not_critical: tuple[str, ...] = ()
    """Checks whose failure only degrades it, though by default they are critical."""
    sequencer_seconds: float = 10.0
    """How long an event may wait for its position before that is told, in seconds."""
    consumer_seconds: float = 30.0
    """How long an event may wait for a consumer before that is told, in seconds."""

    replica_seconds: float = 30.0
    """How far a replica may be behind before that is told, in seconds."""

    def __post_init__(self) -> None:
        """Raises ValueError, which is reported as an invalid setting."""
        both = sorted({*self.critical} & {*self.not_critical})
        if both:
            raise ValueError(f"a check is critical or it is not: {', '.join(both)}")
        if min(self.sequencer_seconds, self.consumer_seconds, self.replica_seconds) <= 0:
            raise ValueError(
                "sequencer_seconds, consumer_seconds and replica_seconds are more than 0"
            )
