"""GraphQL subscriptions: over WebSockets (`graphql-transport-ws`) and as server-sent events."""
