"""Finds the Query constants of a module's repositories."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from rustok.core.modules.manifest import Module
from rustok.core.sql.query import Query


def queries(modules: Iterable[Module]) -> Iterator[tuple[str, Query[Any]]]:
    """Every query with its full name, such as `rustok.tenant.repository.BY_SLUG`."""
    for module in modules:
        for path in module.repositories:
            for name, value in vars(import_module(path)).items():
                if isinstance(value, Query):
                    yield f"{path}.{name}", value
