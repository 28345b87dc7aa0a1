"""The ASGI application of a process that serves, loaded without what nothing in it uses."""

from collections.abc import Iterable
from contextlib import suppress

from rustok.core.host import Host
from rustok.core.modules.manifest import Module
from rustok.telemetry.absent import absent, postponed

UNUSED = ("pydantic", "attr", "attrs")
"""Litestar loads its support for them wherever they are installed; a module may still use them."""

PARTS = ("services", "rest", "graphql", "projections", "subscribers")

postponed("yaml")  # Litestar could also print OpenAPI as YAML

with absent(*UNUSED):
    from rustok.app.asgi import asgi
    from rustok.app.telemetry.requests import RequestWatch


def load_parts(modules: Iterable[Module]) -> None:
    """Loads what the application will ask the modules for."""
    for module in modules:
        for part in PARTS:
            with suppress(Exception):  # it is met again, and judged, where the part is used
                module.part(part)


def application(host: Host) -> RequestWatch:
    """The application; raises what is wrong with routes and schema."""
    with absent(*UNUSED):
        return asgi(host)
