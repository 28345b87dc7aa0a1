"""The manifest of the tenant module."""

from rustok.core.modules import Module

MODULE = Module(
    name="tenant",
    version="0.1.0",
    summary="Tenants, their domains, languages, currency and modules.",
    core=True,
    migrations="rustok.tenant.migrations",
    permissions="rustok.tenant.permissions:PERMISSIONS",
    settings="rustok.tenant.settings:TenantSettings",
    services="rustok.tenant.service:build",
    rest="rustok.tenant.rest:ROUTES",
    schema="rustok.tenant",
    graphql="rustok.tenant.graphql:resolvers",
    events="rustok.tenant.events:EVENTS",
    repositories=("rustok.tenant.repository", "rustok.tenant.journal_repository"),
)
