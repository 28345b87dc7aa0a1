"""Optional packages that stay unloaded.

Some libraries load others wherever those are installed. Where they serve no purpose, that costs
every start of a server tenths of a second, and megabytes from then on.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


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
