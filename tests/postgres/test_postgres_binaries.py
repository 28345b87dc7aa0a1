"""Which PostgreSQL serves: the one included, or one that is named."""

import shlex
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from rustok.app.postgres import PostgresLaunchError, RunningPostgres
from rustok.app.postgres.account import server_account
from rustok.app.postgres.binaries import find_binaries

Start = Callable[..., RunningPostgres]
Ask = Callable[[RunningPostgres | str, str], Awaitable[Any]]

SYSTEM = sorted(
    (
        bin_dir
        for bin_dir in Path("/usr/lib/postgresql").glob("*/bin")
        if (bin_dir / "postgres").exists() and int(bin_dir.parent.name) >= 15
    ),
    key=lambda bin_dir: int(bin_dir.parent.name),
)


@pytest.mark.skipif(not SYSTEM, reason="no PostgreSQL 15 or newer in /usr/lib/postgresql")
async def test_a_systems_postgresql_serves(new_home: Path, start: Start, ask: Ask) -> None:
    server = start(new_home, bin_dir=SYSTEM[0])
    assert server.version.split(".")[0] == SYSTEM[0].parent.name
    assert await ask(server, "SHOW server_version_num") >= "150000"
    assert await ask(server, "SELECT lower('ÀÉÎÕÜ')") == "àéîõü"
    assert await ask(server, "SELECT 'Z' < 'a' AND 'z' < 'é'")


@pytest.mark.skipif(not SYSTEM, reason="no PostgreSQL 15 or newer in /usr/lib/postgresql")
def test_data_of_the_systems_postgresql_is_not_opened_with_another(
    new_home: Path, start: Start
) -> None:
    start(new_home, bin_dir=SYSTEM[0]).stop()
    with pytest.raises(PostgresLaunchError) as caught:
        start(new_home)
    assert caught.value.code == "POSTGRES_VERSION_MISMATCH"


def test_the_wheels_python_layer_is_not_imported(home: Path, spawn_owner: Any) -> None:
    owner = spawn_owner(home)
    assert owner.said["wheel_imported"] is False


def test_a_folder_without_the_programs_is_named(new_home: Path, folder: Path, start: Start) -> None:
    with pytest.raises(PostgresLaunchError, match="holds no postgres and no initdb") as caught:
        start(new_home, bin_dir=folder)
    assert caught.value.code == "POSTGRES_BINARIES_MISSING"


def test_an_older_postgresql_is_refused(new_home: Path, folder: Path, start: Start) -> None:
    _programs(folder, "postgres (PostgreSQL) 14.19 (Debian 14.19-1)")
    with pytest.raises(PostgresLaunchError, match=r"14\.19.*15 is the oldest") as caught:
        start(new_home, bin_dir=folder)
    assert caught.value.code == "POSTGRES_TOO_OLD"
    assert not (new_home / "postgres").exists()


def test_programs_that_do_not_run_are_named(new_home: Path, folder: Path, start: Start) -> None:
    _programs(folder, "something else")
    with pytest.raises(PostgresLaunchError, match="cannot run") as caught:
        start(new_home, bin_dir=folder)
    assert caught.value.code == "POSTGRES_UNREACHABLE"


async def test_without_the_unicode_locale_the_plain_one_serves(
    new_home: Path, folder: Path, start: Start, ask: Ask
) -> None:
    included = find_binaries(server_account(None), None)
    (folder / "postgres").symlink_to(included.program("postgres"))
    initdb = shlex.quote(str(included.program("initdb")))
    refusal = "initdb: error: invalid locale name"
    (folder / "initdb").write_text(
        f"#!/bin/sh\ncase $* in *--lc-ctype=*) echo {refusal} >&2; exit 1;; esac\n"
        f'exec {initdb} "$@"\n'
    )
    (folder / "initdb").chmod(0o755)
    server = start(new_home, bin_dir=folder)
    assert await ask(server, "SELECT lower('ÀÉÎÕÜ')") == "àéîõü"
    locale = "SELECT datctype FROM pg_database WHERE datname = 'postgres'"
    assert await ask(server, locale) == "C"


def _programs(folder: Path, version: str) -> None:
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{version}'\n")
        (folder / name).chmod(0o755)
