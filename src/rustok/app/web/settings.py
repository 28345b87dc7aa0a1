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
    response_cache: int = 10_000
    """How many answers to public queries a process keeps until a document changes; 0 for none."""
    response_cache_bytes: int = 64_000_000
    """How many bytes these may take in all; one tenant has a quarter of both at the most."""
    response_max_age: int = 2
    """How long whoever asks for a public query by GET may use the answer unasked, in seconds. With
    0, they ask each time whether it is still the same."""
    slow_seconds: float = 0.5
    """From what time on an operation is logged as slow, in seconds, with its plan at DEBUG."""
    operation_names: int = 200
    """How many names of operations metrics tell apart; those that come later count as others."""

    def __post_init__(self) -> None:
        """Raises ValueError, which msgspec reports as an invalid setting."""
        if self.persisted_queries < 0 or self.persisted_queries_bytes < 0:
            raise ValueError("RUSTOK_GRAPHQL__PERSISTED_QUERIES* may not be negative")
        if min(self.response_cache, self.response_cache_bytes, self.response_max_age) < 0:
            raise ValueError("RUSTOK_GRAPHQL__RESPONSE_* may not be negative")
