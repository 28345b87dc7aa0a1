"""Composes a GraphQL schema from parts and runs operations on it; knows nothing of a platform.

resolvers = Resolvers()
resolvers.bind("Product", Product)

@resolvers.field("Query", "product")
async def product(root: object, info: Info, id: str) -> Product | None:
    return await info.context.products.load(id)

part = Part(name="catalogue", sdl=SDL, resolvers=resolvers)
engine = Engine(compose([part]), on_error=log)

operation = parse_request(method, content_type, query_params, body, caller.limits)
result = await engine.execute(operation, context=context, caller=caller)
status, headers, body = render(result, negotiate(accept) or JSON)
"""

from rustok.gql.allowlist import AllowList, Listed, Manifest, ManifestError
from rustok.gql.compiler import stored
from rustok.gql.compose import compose
from rustok.gql.directives import Rule
from rustok.gql.documents import Documents
from rustok.gql.engine import Engine, Granted
from rustok.gql.errors import MODULE_DISABLED, Problem, Refused, describe_by_attributes
from rustok.gql.limits import ANONYMOUS, STAFF, Limits
from rustok.gql.loader import Loader
from rustok.gql.media import GRAPHQL_JSON, JSON, negotiate, prefers_html
from rustok.gql.naming import snake_case
from rustok.gql.observing import Observer
from rustok.gql.permissions import Caller
from rustok.gql.persisted import PersistedQueries
from rustok.gql.request import Operation, parse_request, read_operation
from rustok.gql.resolvers import Info, Part, Resolvers
from rustok.gql.response import UNACCEPTABLE, Response, render
from rustok.gql.result import Result
from rustok.gql.roots import mutated
from rustok.gql.schema import Schema, SchemaError
from rustok.gql.subscribing import Answers, Listener, subscribe

__all__ = [
    "ANONYMOUS",
    "GRAPHQL_JSON",
    "JSON",
    "MODULE_DISABLED",
    "STAFF",
    "UNACCEPTABLE",
    "AllowList",
    "Answers",
    "Caller",
    "Documents",
    "Engine",
    "Granted",
    "Info",
    "Limits",
    "Listed",
    "Listener",
    "Loader",
    "Manifest",
    "ManifestError",
    "Observer",
    "Operation",
    "Part",
    "PersistedQueries",
    "Problem",
    "Refused",
    "Resolvers",
    "Response",
    "Result",
    "Rule",
    "Schema",
    "SchemaError",
    "compose",
    "describe_by_attributes",
    "mutated",
    "negotiate",
    "parse_request",
    "prefers_html",
    "read_operation",
    "render",
    "snake_case",
    "stored",
    "subscribe",
]
