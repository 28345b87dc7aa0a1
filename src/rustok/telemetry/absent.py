"""Packages that stay unloaded.

Some libraries load others wherever those are installed. Where they serve no purpose, that costs
every start of a server tenths of a second, and megabytes from then on.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


@contextmanager
def absent(*packages: str) -> Iterator[None]:
    """Lets the packages look as if they were not installed, unless they are loaded already."""
    hidden = [package for package in packages if package not in sys.modules]
    for package in hidden:
        sys.modules[package] = None  # type: ignore[assignment]  # Python's way to say so
    try:
        yield
    finally:
        for package in hidden:
            del sys.modules[package]


def postponed(package: str) -> None:
    """Lets a package be loaded by the first use of something in it, not by its import."""
    if package in sys.modules:
        return
    stand_in = ModuleType(package)

    def load(name: str) -> Any:
        if sys.modules.get(package) is stand_in:
            del sys.modules[package]
        return getattr(import_module(package), name)

    vars(stand_in)["__getattr__"] = load
    sys.modules[package] = stand_in
