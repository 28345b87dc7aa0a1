"""Caches are made where they are counted."""

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "rustok"
MAKER = SOURCE / "core" / "cache" / "caches.py"


def makes(path: Path) -> bool:
    """Whether a file makes a cache that loads, other than by its name."""
    calls = (
        node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
    )
    return any(
        isinstance(made, ast.Name) and made.id == "LoadingCache"
        for called in calls
        for made in ast.walk(called)
    )


def test_every_cache_that_loads_is_counted() -> None:
    assert {path for path in SOURCE.rglob("*.py") if makes(path)} == {MAKER}
