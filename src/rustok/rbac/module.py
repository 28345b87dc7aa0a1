"""The manifest of the rbac module."""

from rustok.core.modules import Module

MODULE = Module(
    name="rbac",
    version="0.1.0",
    summary="Roles, and the permissions they add up to.",
    requires=("tenant", "auth"),
    core=True,
    migrations="rustok.rbac.migrations",
    permissions="rustok.rbac.permissions:PERMISSIONS",
    services="rustok.rbac.service:build",
    rest="rustok.rbac.rest:ROUTES",
    schema="rustok.rbac",
    graphql="rustok.rbac.graphql:resolvers",
    events="rustok.rbac.events:EVENTS",
    repositories=("rustok.rbac.repository",),
)
