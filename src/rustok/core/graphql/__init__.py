"""What resolvers share: the request's context, batching loaders, payloads with user errors."""

from rustok.core.graphql.context import GraphContext, graph
from rustok.core.graphql.events import changes
from rustok.core.graphql.inputs import read, read_all
from rustok.core.graphql.mutations import Payload, essential, is_essential, mutation
from rustok.core.graphql.pages import (
    Connection,
    Edge,
    PageInfo,
    connection,
    edges,
    page_info,
)
from rustok.gql import Info, Loader, Resolvers, stored

__all__ = [
    "Connection",
    "Edge",
    "GraphContext",
    "Info",
    "Loader",
    "PageInfo",
    "Payload",
    "Resolvers",
    "changes",
    "connection",
    "edges",
    "essential",
    "graph",
    "is_essential",
    "mutation",
    "page_info",
    "read",
    "read_all",
    "stored",
]
