"""Import cost is a feature: what serves requests loads no migration, terminal or test tools."""

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
HEAVY = frozenset({"alembic", "hypothesis", "playwright", "pytest", "sqlalchemy", "typer"})
COMMANDS = (
    "rustok.__main__",
    "rustok.app.cli",
    "rustok.app.migrate",
    "rustok.core.migration",
    "rustok.testing",
)
REPORT = """
import importlib, sys
before = set(sys.modules)
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*(set(sys.modules) - before))
"""


def test_serving_loads_only_what_serving_needs() -> None:
    names = [name for name in modules() if not is_for_commands(name)]
    imported = subprocess.run(
        [sys.executable, "-c", REPORT, *names], stdout=subprocess.PIPE, text=True, check=True
    )
    loaded = set(imported.stdout.split())
    assert "rustok.core.errors" in loaded
    assert loaded & HEAVY == set()


def modules() -> list[str]:
    files = (path.relative_to(SOURCE).with_suffix("") for path in SOURCE.rglob("*.py"))
    return sorted(".".join(file.parts).removesuffix(".__init__") for file in files)


def is_for_commands(name: str) -> bool:
    return ".migrations" in name or any(f"{name}.".startswith(f"{place}.") for place in COMMANDS)
