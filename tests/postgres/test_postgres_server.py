"""A started server: how it is reached, what it is set to, and what it leaves behind."""

import os
import re
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from rustok.app.postgres import EmbeddedPostgres, PostgresLaunchError, RunningPostgres

Start = Callable[..., RunningPostgres]
Ask = Callable[[RunningPostgres | str, str], Awaitable[Any]]


async def test_a_new_home_gets_a_server_of_the_included_version(
    new_home: Path, start: Start, ask: Ask
) -> None:
    server = start(new_home)
    assert server.owner
    assert server.alive()
    assert re.match(r"18\.\d+", server.version)
    assert await ask(server, "SHOW server_version") == server.version


async def test_text_is_unicode_ordered_by_bytes(home: Path, start: Start, ask: Ask) -> None:
    server = start(home)
    assert await ask(server, "SHOW server_encoding") == "UTF8"
    assert await ask(server, "SELECT lower('ÀÉÎÕÜ')") == "àéîõü"
    assert await ask(server, "SELECT 'Z' < 'a' AND 'z' < 'é'")
    await ask(server, "CREATE EXTENSION pg_trgm")
    assert await ask(server, "SELECT similarity('größe', 'GRÖSSE') > 0.2")
    assert await ask(server, "SELECT show_trgm('öäü') <> '{}'")


async def test_the_server_is_small_durable_and_without_tcp(new_home: Path, ask: Ask) -> None:
    with EmbeddedPostgres.start(new_home) as server:
        expected = {
            "listen_addresses": "",
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "shared_buffers": "64MB",
            "max_connections": "100",
            "max_parallel_workers_per_gather": "0",
            "TimeZone": "UTC",
        }
        for name, value in expected.items():
            assert await ask(server, f"SHOW {name}") == value, name


async def test_settings_can_be_given_but_not_those_that_keep_the_server_private(
    home: Path, start: Start, ask: Ask
) -> None:
    asked = {"work_mem": "7MB", "max_connections": "33", "listen_addresses": "localhost"}
    server = start(home, settings=asked)
    assert await ask(server, "SHOW fsync") == "off"
    assert await ask(server, "SHOW work_mem") == "7MB"
    assert await ask(server, "SHOW max_connections") == "33"
    assert await ask(server, "SHOW listen_addresses") == ""


def test_a_setting_the_server_refuses_is_an_error_in_its_words(home: Path, start: Start) -> None:
    with pytest.raises(PostgresLaunchError, match="no_such_setting") as caught:
        start(home, settings={"no_such_setting": "1"})
    assert caught.value.code == "POSTGRES_START_FAILED"
    assert start(home).alive()


async def test_data_is_there_after_a_second_start(home: Path, start: Start, ask: Ask) -> None:
    with start(home) as first:
        await ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert await ask(start(home), "SELECT answer FROM kept") == 42


@pytest.mark.parametrize("name", ["with a space", "größe-店", 'it\'s 100% "quoted"', "x" * 150])
async def test_a_home_may_have_any_path(
    name: str, home_at: Callable[[str], Path], start: Start, ask: Ask
) -> None:
    home = home_at(name)
    server = start(home)
    assert server.data == home / "postgres"
    assert await ask(server, "SELECT 1") == 1
    found = EmbeddedPostgres.find(home)
    assert found is not None
    assert found.url() == server.url()


def test_a_database_can_be_made_in_any_path(folder: Path, start: Start) -> None:
    assert start(folder / "it's a größe-店 \"100%\" 'quoted' $HOME `path`").alive()


async def test_names_of_roles_and_databases_are_quoted_in_the_url(
    home: Path, start: Start, ask: Ask
) -> None:
    server = start(home)
    await ask(server, 'CREATE ROLE "a b@c:d" LOGIN')
    await ask(server, 'CREATE DATABASE "x/y?z"')
    url = server.url("a b@c:d", "x/y?z")
    assert await ask(url, "SELECT current_user || ' ' || current_database()") == "a b@c:d x/y?z"


def test_the_socket_is_private_and_stable(home: Path, start: Start) -> None:
    with start(home) as server:
        first = server.socket_folder
        assert stat.S_IMODE(first.stat().st_mode) == 0o700
        assert first.owner() == server.account
        assert [file.name for file in first.iterdir() if file.is_socket()] == [".s.PGSQL.5432"]
    assert not first.exists()
    assert start(home).socket_folder == first


def test_a_socket_folder_of_somebody_else_is_refused(
    home: Path, start: Start, as_root: None
) -> None:
    with start(home) as server:
        place = server.socket_folder
    place.mkdir()
    try:
        os.chown(place, 4242, 4242)
        with pytest.raises(PostgresLaunchError, match=str(place)) as caught:
            start(home)
    finally:
        place.rmdir()
    assert caught.value.code == "POSTGRES_SOCKET_REFUSED"


async def test_two_homes_have_nothing_in_common(
    home: Path, folder: Path, start: Start, ask: Ask
) -> None:
    one, other = start(home), start(folder / "other")
    assert one.socket_folder != other.socket_folder
    await ask(one, "CREATE TABLE mine ()")
    assert await ask(one, "SELECT to_regclass('mine') IS NOT NULL")
    assert await ask(other, "SELECT to_regclass('mine') IS NULL")


def test_stopping_twice_is_fine(home: Path, start: Start) -> None:
    server = start(home)
    server.stop()
    server.stop()
    assert not server.alive()


def test_the_log_is_that_of_this_run_and_the_one_before_is_kept(home: Path, start: Start) -> None:
    for _ in range(2):
        start(home).stop()
    for name in ("postgres.log", "postgres.log.1"):
        assert (home / name).read_text().count("ready to accept connections") == 1


async def test_the_log_is_bounded(
    home: Path, start: Start, ask: Ask, until: Callable[[Callable[[], bool]], None]
) -> None:
    server = start(home)
    flood = "FOR i IN 1..11 LOOP RAISE LOG '%', repeat('x', 1000000); END LOOP;"
    await ask(server, f"DO $$ BEGIN {flood} END $$")
    until(lambda: server.log.stat().st_size < 1_000_000)
    older = (home / "postgres.log.1").stat()
    assert older.st_size > 10_000_000
    assert stat.S_IMODE(older.st_mode) == stat.S_IMODE(server.log.stat().st_mode) == 0o600


async def test_the_server_sees_no_secret_of_its_owner(
    home: Path, start: Start, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "not-for-the-database")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    server = start(home)
    await ask(server, "CREATE TABLE seen (line text)")
    await ask(server, "COPY seen FROM PROGRAM 'env | grep -v ^_'")
    seen = await ask(server, "SELECT string_agg(line, ' ') FROM seen")
    assert "PATH=" in seen
    assert "not-for-the-database" not in seen


def test_removing_deletes_the_database_and_needs_none(home: Path, start: Start) -> None:
    start(home).stop()
    EmbeddedPostgres.remove(home)
    assert not (home / "postgres").exists()
    EmbeddedPostgres.remove(home)


def test_removing_under_a_running_server_is_refused(home: Path, start: Start) -> None:
    server = start(home)
    with pytest.raises(PostgresLaunchError) as caught:
        EmbeddedPostgres.remove(home)
    assert caught.value.code == "POSTGRES_RUNNING"
    assert server.alive()
