"""The HTTP application: REST on Litestar, GraphQL, health, documentation."""
