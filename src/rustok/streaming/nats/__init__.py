"""Level 2 over NATS JetStream."""
