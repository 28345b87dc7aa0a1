"""What a module declares: everything it brings, in one object, loaded part by part."""

from importlib import import_module
from typing import Any, Literal

import msgspec

Fallback = Literal["serve", "read-only", "refuse"]
"""How a degraded module's requests are answered: as ever, without its writes, or not at all."""


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest; a module's `module.py` holds one as `MODULE`, its entry point names it.

    Parts are given as `package.module:attribute` texts, so that a command imports only what it
    uses; a part that is None is not there. `migrations` names a package, `schema` the package
    whose `schema.graphql` is the module's part of the GraphQL schema.

    - `permissions`: a sequence of Permission
    - `settings`: a frozen Struct class, read from `RUSTOK_<NAME>__*`
    - `services`: `build(host) -> dict[str, object]`; the names are what REST handlers ask for
    - `rest`: a sequence of Litestar route handlers with full paths
    - `graphql`: the resolvers of `schema`
    - `events`: a sequence of Fact classes; `subscribers`: Subscriber values by `build(host)`
    - `upcasters`: a sequence of Upcaster, from older versions of those events to the present one
    - `projections`: Projection values by `build(host)`
    - `repositories`: modules whose Query constants are checked against the database
    - `health`: `async check(host)`, asked every few seconds: it returns when all is well, raises
      Degraded (rustok.core.health) where something works, but not as it should, and anything
      else where the module does not work; `fallback` says how a degraded one answers
    - `on_enable`, `on_disable`: `async hook(ctx, session, host)`, run in the transaction that
      switches the module for the context's tenant; what it raises takes the switch back
    """

    name: str
    version: str
    summary: str
    requires: tuple[str, ...] = ()
    core: bool = False
    """Whether every tenant needs it: a core module cannot be disabled."""
    migrations: str | None = None
    permissions: str | None = None
    settings: str | None = None
    services: str | None = None
    rest: str | None = None
    schema: str | None = None
    graphql: str | None = None
    events: str | None = None
    upcasters: str | None = None
    subscribers: str | None = None
    projections: str | None = None
    repositories: tuple[str, ...] = ()
    health: str | None = None
    fallback: Fallback = "serve"
    on_enable: str | None = None
    on_disable: str | None = None

    def part(self, name: str) -> Any:
        """The object that a part names, imported now; None where the module has none."""
        reference: str | None = getattr(self, name)
        return None if reference is None else resolve(reference)


def resolve(reference: str) -> Any:
    """The object behind `package.module:attribute`; raises ImportError or AttributeError."""

    path, _, attribute = reference.partition(":")
    found = import_module(path)
    return getattr(found, attribute) if attribute else found
