"""Streams that carry the log to its consumers: in memory, over NATS JetStream, over Apache Iggy."""
