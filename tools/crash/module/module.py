"""The manifest of the rig's module."""

from rustok.core.modules import Module

MODULE = Module(
    name="crash",
    version="0.1.0",
    summary="Writes down every event and misbehaves on demand, while the rig runs.",
    requires=("tenant", "outbox"),
    core=True,
    migrations="tools.crash.module.migrations",
    events="tools.crash.module.events:EVENTS",
    subscribers="tools.crash.module.subscribers:build",
    repositories=("tools.crash.module.repository",),
)
