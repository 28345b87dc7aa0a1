"""`graphql.md`: every field of the root types, and who may select it."""

from collections.abc import Iterator
from typing import Any

from rustok.core.modules.registry import Modules
from rustok.gql import ANONYMOUS, STAFF
from rustok.testing.conformance.declarations import schema
from rustok.testing.operations import graphql_calls, subscription_calls
from tools.reference import access
from tools.reference.markdown import document, summary, table

INTRODUCTION = """\
`POST /graphql`; subscriptions by WebSocket or as an event stream at the same place. The types are
in [contracts/schema.graphql](../../contracts/schema.graphql). A mutation answers with its object or
with `userErrors`; only sign-in, permission, limits and faults are top-level `errors`. Fields below
these may ask for more than their parent: a refused one refuses the operation before anything
runs."""
LIMITS = "What an operation may ask for; staff are callers who hold any permission."


def page(modules: Modules) -> str:
    composed = schema(modules)
    parts = [INTRODUCTION]
    calls = [*graphql_calls(composed), *subscription_calls(composed)]
    for root in ("Query", "Mutation", "Subscription"):
        rows = []
        for call in calls:
            kind, _, name = call.name.partition(".")
            if kind == root:
                field = composed.core.type_map[root].fields[name]  # type: ignore[attr-defined]  # a root is an object
                rows.append(
                    (
                        f"`{name}{_arguments(field)}: {field.type}`",
                        call.module,
                        access.words(call),
                        described(field),
                    )
                )
        parts += [f"## {root}", table(["Field", "Module", "For", "What it does"], rows)]
    parts += ["## Limits", LIMITS, table(["Limit", "Anyone", "Staff"], _limits())]
    return document("GraphQL", *parts)


def described(field: Any) -> str:
    """What the schema says of a field, or else its resolver."""
    return field.description or summary(field.resolve)


def _arguments(field: Any) -> str:
    given = ", ".join(f"{name}: {argument.type}" for name, argument in field.args.items())
    return f"({given})" if given else ""


def _limits() -> Iterator[tuple[str, str, str]]:
    for name in ANONYMOUS.__struct_fields__:
        yield name.replace("_", " "), str(getattr(ANONYMOUS, name)), str(getattr(STAFF, name))
