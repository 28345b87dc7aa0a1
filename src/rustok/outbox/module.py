"""The manifest of the outbox."""

from rustok.core.modules import Module

MODULE = Module(
    name="outbox",
    version="0.1.0",
    summary="The event log, its sequencer, consumers, retries and dead letters.",
    requires=("tenant",),
    core=True,
    migrations="rustok.outbox.migrations",
    permissions="rustok.outbox.permissions:PERMISSIONS",
    settings="rustok.outbox.settings:OutboxSettings",
    services="rustok.outbox.service:build",
    rest="rustok.outbox.rest:ROUTES",
    schema="rustok.outbox",
    graphql="rustok.outbox.graphql:resolvers",
    events="rustok.outbox.events:EVENTS",
    repositories=(
        "rustok.outbox.repository",
        "rustok.outbox.parking_repository",
        "rustok.outbox.publisher_repository",
        "rustok.outbox.feed_repository",
        "rustok.outbox.admin_repository",
        "rustok.outbox.consumer_repository",
        "rustok.outbox.replay_repository",
        "rustok.outbox.retention_repository",
        "rustok.outbox.backlog_repository",
    ),
)
