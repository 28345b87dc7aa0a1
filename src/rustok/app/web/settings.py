"""Settings of the GraphQL endpoint."""

from typing import Literal

import msgspec


class GraphQLSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What `/graphql` offers besides operations, from `RUSTOK_GRAPHQL__*`."""

    graphiql: Literal["development", "always", "never"] = "development"
    """When a browser that opens `/graphql` gets GraphiQL. With `development`, a server in
    production shows it to callers with a token only."""
    persisted_queries: int = 2_000
    """How many automatic persisted queries a process keeps; 0 switches them off."""
    persisted_queries_bytes: int = 16_000_000
    """How many bytes these may have in all; one tenant has a quarter of both at the most."""
    allow_list: str | None = None
    """A manifest written by `rustok graphql extract`. With it, callers without any permission may
    run the operations listed there and no others."""

    def __post_init__(self) -> None:
        """Raises ValueError, which msgspec reports as an invalid setting."""
        if self.persisted_queries < 0 or self.persisted_queries_bytes < 0:
            raise ValueError("RUSTOK_GRAPHQL__PERSISTED_QUERIES* may not be negative")
