"""What the guide on importing says of the file and the command is so."""

import json
import re
from pathlib import Path

import pytest

from rustok.app.imports.shopify.columns import NAMES
from rustok.core.context import TenantRef
from rustok.testing.databases import TestDatabase
from rustok.testing.live import environment, rustok

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The guide's block in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_guide_tells_of_every_column_and_of_no_other() -> None:
    rows = [line.split("|")[1] for line in GUIDE.splitlines() if line.startswith("| `")]
    assert sorted(re.findall(r"`([^`]+)`", "".join(rows))) == sorted(NAMES)


@pytest.mark.usefixtures("tenant")
async def test_the_guides_file_is_imported_twice_without_a_change(
    database: TestDatabase, tmp_path: Path
) -> None:
    file = tmp_path / "products.csv"
    file.write_text(block("csv"), encoding="utf-8")
    environ = environment(database, tmp_path / "home")

    async def run() -> tuple[int, dict[str, int]]:
        done = await rustok(environ, *"import shopify --tenant acme --json".split(), str(file))
        report = json.loads(done.output)
        assert (report["errors"], report["warnings"], report["ignoredColumns"]) == ([], [], [])
        return done.code, report["counts"]

    assert await run() == (0, {"created": 2, "updated": 0, "unchanged": 0})
    assert await run() == (0, {"created": 0, "updated": 0, "unchanged": 2})


async def test_the_guides_error_is_the_commands(
    database: TestDatabase, tenant: TenantRef, tmp_path: Path
) -> None:
    file = tmp_path / "products.csv"
    lines = block("csv").splitlines()
    lines[2] = lines[2].replace("22.00", '"2,2,0"')
    file.write_text("\n".join(lines), encoding="utf-8")
    environ = environment(database, tmp_path / "home")
    done = await rustok(environ, "import", "shopify", str(file), "--tenant", tenant.slug)
    assert done.code == 1
    assert block("text").strip() in done.output
