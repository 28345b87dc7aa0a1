"""`rustok doctor` finds what is wrong and says what to do."""

import json
import socket
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from rustok.auth.keys import KeyRing
from rustok.auth.keys.signing_key import generate
from rustok.core.db.ddl import RUNTIME
from rustok.core.host import Host
from rustok.core.secrets import SecretKey
from rustok.testing.databases import TestDatabase
from rustok.testing.live import environment
from tests.cli.conftest import Command, run_here


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {finding["check"]: finding["verdict"] for finding in report["findings"]}


async def test_a_sound_installation_has_no_findings(
    command: Command, database: TestDatabase
) -> None:
    finished = await command("doctor", "--json")
    report = json.loads(finished.output)
    assert set(verdicts(report).values()) == {"ok"}
    assert finished.code == 0
    assert report["versions"]["postgresql"].split(".")[0].isdecimal()
    assert {module["name"] for module in report["modules"]} == database.modules.names
    assert "FAIL" not in (await command("doctor")).output


async def test_a_database_that_is_not_migrated_is_a_warning(
    command: Command, database: TestDatabase
) -> None:
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("DROP TABLE sys_installation")
    await owner.close()
    finished = await command("doctor", "--json")
    report = json.loads(finished.output)
    assert (finished.code, verdicts(report)["migrations"]) == (0, "warning")
    assert {module["state"] for module in report["modules"]} == {"not migrated"}
    assert "-> Run: rustok migrate" in (await command("doctor")).output


async def test_a_runtime_role_with_a_right_too_many_is_a_problem(
    command: Command, database: TestDatabase
) -> None:
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute(f"GRANT TRUNCATE ON tenants TO {RUNTIME}")
    await owner.close()
    finished = await command("doctor")
    assert finished.code == 1
    assert "FAIL  roles" in finished.output
    assert "may TRUNCATE" in finished.output


async def test_signing_keys_of_another_secret_are_a_problem(
    command: Command, database: TestDatabase, host: Host
) -> None:
    await host.get(KeyRing).current()
    assert "ok    keys" in (await command("doctor")).output
    owner = await asyncpg.connect(database.owner_url)
    sealed = generate(SecretKey("another secret, of more than 32 characters")).private_key
    await owner.execute("UPDATE auth_signing_keys SET private_key = $1", sealed)
    await owner.close()
    finished = await command("doctor")
    assert finished.code == 1
    assert "FAIL  keys" in finished.output
    assert "[SIGNING_KEYS_UNREADABLE]" in finished.output
    assert "rustok keys replace" in finished.output


def test_a_server_that_cannot_be_reached_is_a_problem(home: Path) -> None:
    environ = environment(None, home) | {"DATABASE_URL": "postgresql://localhost:1/nothing"}
    finished = run_here(environ, "doctor", "--json")
    report = json.loads(finished.output)
    assert (finished.code, verdicts(report)["database"]) == (1, "problem")
    assert report["database"]["running"] is False


def test_a_port_that_another_program_has_is_a_problem(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        finished = run_here(environment(None, home) | {"PORT": port}, "doctor", "--json")
    assert (finished.code, verdicts(json.loads(finished.output))["port"]) == (1, "problem")


def test_before_the_first_start_only_the_programs_are_looked_at(home: Path) -> None:
    finished = run_here(environment(None, home), "doctor")
    assert finished.code == 0
    assert "rustok run makes it" in finished.output
    assert not (home / "postgres").exists()


@pytest.mark.parametrize("content", ["", "short", "\N{SNOWMAN}" * 40])
def test_a_spoilt_secret_is_a_problem_of_every_command(home: Path, content: str) -> None:
    home.mkdir()
    (home / "secret_key").write_text(content, encoding="utf-8")
    finished = run_here(environment(None, home), "doctor")
    assert (finished.code, finished.errors[-18:]) == (1, "[SECRET_UNUSABLE]\n")
