"""The stream in JetStream: made where it is missing, adjusted, refused where it is none of ours."""

import msgspec
import nats.js.errors
import structlog
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig, StreamInfo
from nats.js.client import JetStreamContext

from rustok.core.events.event import Event
from rustok.core.events.transport import PARTITIONS, StreamRefused, partition_of
from rustok.streaming.envelope import VERSION, family
from rustok.streaming.settings import StreamingSettings

_log = structlog.get_logger("rustok.streaming")
ENVELOPE = "rustok-envelope"
"""The key of the stream's metadata that says which version of the envelope is in it."""
MOST_OVERHEAD_BYTES = 1_000
"""What the headers of a message take, at the most."""


class Topology(msgspec.Struct, frozen=True):
    """One stream; a subject for each family of events and partition of tenants."""

    settings: StreamingSettings

    @property
    def name(self) -> str:
        """The stream's."""
        return self.settings.nats_stream

    def subject(self, event: Event) -> str:
        """Where an event goes: `rustok.events.<family>.<partition>`."""
        return f"{self.settings.nats_subject}.{family(event)}.{partition_of(event.tenant_id)}"

    def filters(self, partitions: frozenset[int]) -> list[str]:
        """The subjects of some partitions, of all families."""
        prefix = self.settings.nats_subject
        if len(partitions) == PARTITIONS:
            return [f"{prefix}.>"]
        return [f"{prefix}.*.{partition}" for partition in sorted(partitions)]

    def config(self) -> StreamConfig:
        """The stream as it is wanted."""
        settings = self.settings
        return StreamConfig(
            name=settings.nats_stream,
            description="Events of RusToK, from its log in PostgreSQL",
            subjects=[f"{settings.nats_subject}.>"],
            retention=RetentionPolicy.LIMITS,
            discard=DiscardPolicy.OLD,
            storage=StorageType.FILE,
            max_age=settings.retention_seconds,
            max_bytes=settings.retention_bytes,
            duplicate_window=settings.duplicate_window_seconds,
            num_replicas=settings.nats_replicas,
            allow_atomic=True,
            metadata={ENVELOPE: str(VERSION)},
        )

    async def ensure(self, js: JetStreamContext) -> StreamInfo:
        """The stream as it is now; raises StreamRefused, and what nats-py raises."""
        wanted = self.config()
        try:
            found = await js.stream_info(self.name)
        except nats.js.errors.NotFoundError:
            _log.info("stream_made", stream=self.name)
            return await js.add_stream(wanted)
        self._check(found)
        if _differs(found.config, wanted):
            _log.info("stream_adjusted", stream=self.name)
            found = await js.update_stream(wanted)
        return found

    def _check(self, found: StreamInfo) -> None:
        said = (found.config.metadata or {}).get(ENVELOPE)
        if said == str(VERSION):
            return
        speaks = "is none of RusToK's" if said is None else f"holds envelopes of version {said}"
        raise StreamRefused(
            f"The NATS stream {self.name} {speaks}, and this is version {VERSION}. Name another "
            "stream by RUSTOK_STREAMING__NATS_STREAM and RUSTOK_STREAMING__NATS_SUBJECT, or delete "
            "this one: nothing is lost, the log is in PostgreSQL."
        )


def _differs(found: StreamConfig, wanted: StreamConfig) -> bool:
    return any(
        getattr(found, field) != getattr(wanted, field)
        for field in ("subjects", "max_age", "max_bytes", "duplicate_window", "num_replicas")
    )
