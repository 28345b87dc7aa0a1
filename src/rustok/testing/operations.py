"""Every REST route and GraphQL root field of the modules, each as a call that can be made."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import httpx
import msgspec
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
)
from litestar.handlers import HTTPRouteHandler

from rustok.core.http import PUBLIC, SIGNED_IN
from rustok.core.http.access import ACCESS
from rustok.core.modules.registry import Modules
from rustok.core.permissions import Permission
from rustok.gql import Rule, Schema

_LITERALS = {
    "Int": "1",
    "Float": "1.0",
    "Boolean": "true",
    "DateTime": '"2026-01-01T00:00:00Z"',
    "JSON": "{}",
}
_ROOTS = {"Query": "query", "Mutation": "mutation"}
_STREAMED = {"Subscription": "subscription"}


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One operation with made-up arguments; who may use it is declared by its module.

    `permission` is the key it needs; without one it is `public`, or for everyone signed in.
    """

    module: str
    name: str
    method: str
    path: str
    body: Any = None
    public: bool = False
    permission: str | None = None
    declared: bool = True

    @property
    def is_graphql(self) -> bool:
        """Whether it is a root field and no route."""
        return self.path == "/graphql"

    async def send(self, client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
        """Makes the call."""
        return await client.request(self.method, self.path, json=self.body, headers=headers)


def error_codes(response: httpx.Response) -> set[str]:
    """The stable codes of all that an answer says went wrong, of REST and GraphQL alike."""
    if "json" not in response.headers.get("content-type", "") or not response.content:
        return set()
    document = response.json()
    if not isinstance(document, dict):
        return set()
    if "code" in document and response.is_error:
        return {document["code"]}
    errors = document.get("errors", ())
    return {error["extensions"]["code"] for error in errors if "extensions" in error}


def rest_calls(modules: Modules) -> Iterator[Call]:
    """A call for each method of each route of the modules."""
    for module in modules:
        for handler in module.part("rest") or ():
            for path in sorted(handler.paths):
                for method in sorted(handler.http_methods):
                    yield _rest_call(module.name, handler, path, method)


def _rest_call(module: str, handler: HTTPRouteHandler, path: str, method: str) -> Call:
    access = handler.opt.get(ACCESS)
    return Call(
        module=module,
        name=f"{method} {path}",
        method=method,
        path=_filled(path),
        body={} if method in {"POST", "PUT", "PATCH"} else None,
        public=access == PUBLIC[ACCESS],
        permission=access.key if isinstance(access, Permission) else None,
        declared=isinstance(access, Permission) or access in {PUBLIC[ACCESS], SIGNED_IN[ACCESS]},
    )


def _filled(path: str) -> str:
    """The path with a value for each of its parameters, such as `{name:str}`."""
    parts = []
    for part in path.split("/"):
        _, _, kind = part.strip("{}").partition(":")
        values = {"uuid": str(UUID(int=1)), "int": "1"}
        parts.append(values.get(kind, "unknown") if part.startswith("{") else part)
    return "/".join(parts)


def graphql_calls(schema: Schema) -> Iterator[Call]:
    """A call for each field of Query and Mutation that a module brings."""
    yield from _root_calls(schema, _ROOTS)


def subscription_calls(schema: Schema) -> Iterator[Call]:
    """A call for each field of Subscription; its answer is a stream."""
    yield from _root_calls(schema, _STREAMED)


def _root_calls(schema: Schema, roots: Mapping[str, str]) -> Iterator[Call]:
    for root, operation in roots.items():
        kind = schema.core.type_map.get(root)
        for name, field in getattr(kind, "fields", {}).items():
            rule = schema.rules.get((root, name), Rule())
            yield Call(
                module=schema.owners[f"{root}.{name}"],
                name=f"{root}.{name}",
                method="POST",
                path="/graphql",
                body={
                    "query": f"{operation} {{ {name}{_arguments(field.args)}{_selected(field)} }}"
                },
                public=rule.public,
                permission=rule.permission,
                declared=(root, name) in schema.rules,
            )


def _selected(field: Any) -> str:
    return "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"


def _arguments(arguments: dict[str, GraphQLArgument]) -> str:
    given = _required(arguments)
    return f"({given})" if given else ""


def _required(fields: dict[str, GraphQLArgument] | dict[str, GraphQLInputField]) -> str:
    """`name: value` for all that must be given."""
    return ", ".join(
        f"{name}: {_literal(field.type)}"
        for name, field in fields.items()
        if isinstance(field.type, GraphQLNonNull)
    )


def _literal(kind: GraphQLInputType) -> str:
    if isinstance(kind, GraphQLNonNull):
        return _literal(kind.of_type)
    if isinstance(kind, GraphQLList):
        return "[]"
    if isinstance(kind, GraphQLEnumType):
        return str(next(iter(kind.values)))
    if isinstance(kind, GraphQLInputObjectType):
        return f"{{{_required(kind.fields)}}}"
    return _LITERALS.get(kind.name, '"unknown"')
