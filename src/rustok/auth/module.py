"""The manifest of the auth module."""

from rustok.core.modules import Module

MODULE = Module(
    name="auth",
    version="0.1.0",
    summary="Users, passwords, sessions, tokens and API keys.",
    requires=("tenant",),
    core=True,
    migrations="rustok.auth.migrations",
    permissions="rustok.auth.permissions:PERMISSIONS",
    settings="rustok.auth.settings:AuthSettings",
    services="rustok.auth.service:build",
    rest="rustok.auth.rest:ROUTES",
    schema="rustok.auth",
    graphql="rustok.auth.graphql:resolvers",
    events="rustok.auth.events:EVENTS",
    health="rustok.auth.health:check",
    repositories=(
        "rustok.auth.repository",
        "rustok.auth.apikeys.repository",
        "rustok.auth.keys.repository",
    ),
)
