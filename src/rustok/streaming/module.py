"""The manifest of streaming."""

from rustok.core.modules import Module

MODULE = Module(
    name="streaming",
    version="0.1.0",
    summary="Streams between the log and its consumers: memory, NATS JetStream, Apache Iggy.",
    core=True,
    settings="rustok.streaming.settings:StreamingSettings",
)
