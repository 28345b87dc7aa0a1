"""The dependency graph holds, and each contract that guards it can see a violation."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = """
import sys
from importlinter.cli import lint_imports
sys.exit(lint_imports(limit_to_contracts=tuple(sys.argv[1:]), no_logo=True, no_cache=True))
"""


class Import(NamedTuple):
    """An import planted into a copy of the tree, under the contract that has to judge it."""

    contract: str
    importer: str
    imported: str


VIOLATIONS = (
    Import("layers", "rustok.core.planted", "rustok.commerce.service"),
    Import("layers", "rustok.telemetry.planted", "rustok.core.errors"),
    Import("layers", "rustok.tenant.planted", "rustok.auth.service"),
    Import("layers", "rustok.commerce.planted", "rustok.content.service"),
    Import("layers", "rustok.storefront.planted", "rustok.app.bootstrap"),
    Import("layers", "rustok.app.planted", "rustok.testing.factories"),
    Import("graph", "rustok.commerce.planted", "rustok.tenant.queries"),
    Import("graph", "rustok.commerce.planted", "rustok.gql.compiler"),
    Import("graph", "rustok.content.planted", "rustok.index.queries"),
    Import("graph", "rustok.blog.planted", "rustok.commerce.queries"),
    Import("graph", "rustok.unlisted.planted", "rustok.core.errors"),
    Import("faces", "rustok.storefront.planted", "rustok.commerce.repository"),
    Import("faces", "rustok.storefront.planted", "rustok.commerce.catalog.domain"),
    Import("faces", "rustok.storefront.planted", "rustok.commerce"),
    Import("faces", "rustok.blog.planted", "rustok.content.repository"),
    Import("migration-tools", "rustok.commerce.planted", "sqlalchemy"),
    Import("migration-tools", "rustok.app.planted", "alembic"),
    Import("terminal-tools", "rustok.app.planted", "typer"),
    Import("terminal-tools", "rustok.core.planted", "rich"),
    Import("test-tools", "rustok.app.planted", "pytest"),
)

ALLOWED = (
    Import("faces", "rustok.storefront.planted", "rustok.commerce.queries"),
    Import("faces", "rustok.storefront.planted", "rustok.commerce.catalog.types"),
    Import("faces", "rustok.app.planted", "rustok.commerce.module"),
    Import("faces", "rustok.commerce.planted", "rustok.commerce.repository"),
    Import("faces", "rustok.commerce.planted", "rustok.core.sql"),
    Import("migration-tools", "rustok.commerce.migrations.planted", "sqlalchemy"),
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy the product's Python files and the contracts: planting never touches the clone."""
    for folder in ("src/rustok", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    shutil.copyfile(ROOT / ".importlinter", tmp_path / ".importlinter")
    return tmp_path


def test_tree_keeps_every_contract() -> None:
    linted = lint(ROOT, contracts())
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("violation", VIOLATIONS, ids="-".join)
def test_violation_is_seen(tree: Path, violation: Import) -> None:
    plant(tree, violation)
    linted = lint(tree, [violation.contract])
    assert linted.returncode == 1
    assert f"{violation.importer} -> {violation.imported}" in linted.stdout, linted.stdout


@pytest.mark.parametrize("allowed", ALLOWED, ids="-".join)
def test_allowed_import_is_kept(tree: Path, allowed: Import) -> None:
    plant(tree, allowed)
    linted = lint(tree, [allowed.contract])
    assert linted.returncode == 0, linted.stdout


def test_package_without_a_layer_is_seen(tree: Path) -> None:
    write_module(tree, "rustok.unlisted.service")
    linted = lint(tree, ["layers"])
    assert linted.returncode == 1
    assert "rustok.unlisted" in linted.stdout or "- unlisted" in linted.stdout, linted.stdout


def test_every_contract_has_a_violation_planted() -> None:
    assert {violation.contract for violation in VIOLATIONS} == set(contracts())


def test_no_contract_has_exceptions() -> None:
    assert "ignore" not in "\n".join(
        option for section in configuration().values() for option in section
    )


def plant(tree: Path, planted: Import) -> None:
    if planted.imported.startswith("rustok."):
        write_module(tree, planted.imported)
    write_module(tree, planted.importer, f"import {planted.imported}\n")


def write_module(tree: Path, name: str, text: str = "") -> None:
    """Write a module, with every package above it that does not exist yet."""
    *packages, module = name.split(".")
    folder = tree / "src"
    for package in packages:
        folder /= package
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    if not (folder / module).is_dir():
        with (folder / f"{module}.py").open("a", encoding="utf-8") as file:
            file.write(text)


def lint(tree: Path, only: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, *only],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def contracts() -> list[str]:
    prefix = "importlinter:contract:"
    return [name.removeprefix(prefix) for name in configuration() if name.startswith(prefix)]


def configuration() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser
