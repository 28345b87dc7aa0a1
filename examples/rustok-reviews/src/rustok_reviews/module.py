"""The manifest of the reviews module."""

from rustok.core.modules import Module

MODULE = Module(
    name="reviews",
    version="0.1.0",
    summary="Reviews of products, moderated, with a rating per product.",
    requires=("tenant", "auth", "commerce"),
    migrations="rustok_reviews.migrations",
    permissions="rustok_reviews.permissions:PERMISSIONS",
    settings="rustok_reviews.settings:ReviewSettings",
    services="rustok_reviews.service:build",
    rest="rustok_reviews.rest:ROUTES",
    schema="rustok_reviews",
    graphql="rustok_reviews.graphql:resolvers",
    events="rustok_reviews.events:EVENTS",
    subscribers="rustok_reviews.subscribers:build",
    projections="rustok_reviews.projections:build",
    repositories=("rustok_reviews.repository",),
    on_disable="rustok_reviews.switching:on_disable",
)
