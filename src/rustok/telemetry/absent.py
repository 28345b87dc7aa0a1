"""Packages that stay unloaded.

Some libraries load others wherever those are installed. Where they serve no purpose, that costs
every start of a server tenths of a second, and megabytes from then on.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import LazyLoader, find_spec, module_from_spec


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
    spec = None if package in sys.modules else find_spec(package)
    if spec is None or spec.loader is None:
        return
    loader = LazyLoader(spec.loader)
    spec.loader = loader
    module = module_from_spec(spec)
    sys.modules[package] = module
    loader.exec_module(module)
