"""What resolvers share: the request's context, batching loaders, payloads with user errors."""

from rustok.core.graphql.context import GraphContext, graph
from rustok.core.graphql.events import changes
from rustok.core.graphql.inputs import read, read_all
from rustok.core.graphql.mutations import Payload, mutation
from rustok.gql import Info, Loader, Resolvers, stored

__all__ = [
    "GraphContext",
    "Info",
    "Loader",
    "Payload",
    "Resolvers",
    "changes",
    "graph",
    "mutation",
    "read",
    "read_all",
    "stored",
]
