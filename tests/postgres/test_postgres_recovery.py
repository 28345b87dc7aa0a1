"""What a crash, a copy, a full disk or somebody else's data leave is recognised."""

import os
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rustok.app.postgres import EmbeddedPostgres, PostgresLaunchError, RunningPostgres
from rustok.app.postgres.account import server_account
from rustok.app.postgres.binaries import find_binaries
from rustok.app.postgres.cluster import read_pid_file

Start = Callable[..., RunningPostgres]
Ask = Callable[[RunningPostgres | str, str], Awaitable[Any]]
Until = Callable[[Callable[[], bool]], None]
Gone = Callable[[Path], None]


async def test_a_crashed_server_is_recovered(
    home: Path, start: Start, ask: Ask, gone: Gone
) -> None:
    server = start(home, settings={"fsync": "on"})
    await ask(server, "CREATE TABLE kept AS SELECT 7 AS seven")
    running = read_pid_file(server.data)
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    gone(home)
    assert read_pid_file(server.data) == running
    assert EmbeddedPostgres.find(home) is None
    assert await ask(start(home), "SELECT seven FROM kept") == 7


def test_a_pid_file_whose_process_id_is_another_programs_is_stale(home: Path, start: Start) -> None:
    with start(home) as server:
        data = server.data
        left = (data / "postmaster.pid").read_text().splitlines()
        account = server_account(data.stat().st_uid)
    with subprocess.Popen(
        ["sleep", "60"],
        user=account.uid if account.switched else None,
        group=account.gid if account.switched else None,
    ) as other:
        try:
            _write(data / "postmaster.pid", "\n".join([str(other.pid), *left[1:]]))
            assert EmbeddedPostgres.find(home) is None
            assert start(home).owner
            assert other.poll() is None
        finally:
            other.kill()


@pytest.mark.parametrize("left", ["", "\n", "not a number\n"])
def test_a_pid_file_cut_short_is_stale(left: str, home: Path, start: Start) -> None:
    with start(home) as server:
        data = server.data
    _write(data / "postmaster.pid", left)
    assert start(home).owner


def test_a_server_started_by_hand_on_the_data_is_left_alone(
    home: Path, folder: Path, start: Start, until: Until
) -> None:
    with start(home) as server:
        data = server.data
    account = server_account(data.stat().st_uid)
    sockets = folder / "by-hand"
    sockets.mkdir()
    os.chown(sockets, account.uid, account.gid)
    command: list[str | Path] = [find_binaries(account, None).program("postgres"), "-D", data]
    with subprocess.Popen(
        [*command, "-k", sockets, "-c", "listen_addresses="],
        stderr=subprocess.DEVNULL,
        user=account.uid if account.switched else None,
        group=account.gid if account.switched else None,
    ) as by_hand:
        try:
            until(lambda: (found := read_pid_file(data)) is not None and found.ready)
            with pytest.raises(PostgresLaunchError, match=str(by_hand.pid)) as caught:
                start(home)
            assert caught.value.code == "POSTGRES_DATA_IN_USE"
            assert by_hand.poll() is None
        finally:
            by_hand.send_signal(signal.SIGINT)


def test_an_initdb_killed_in_the_middle_is_started_over(
    new_home: Path, start: Start, spawn_owner: Any, until: Until
) -> None:
    killed = spawn_owner(new_home, wait=False)
    until(lambda: (new_home / "postgres.new" / "base" / "1").exists())
    killed.process.kill()
    server = start(new_home)
    assert server.owner
    assert server.alive()
    assert not (new_home / "postgres.new").exists()


def test_data_of_another_major_version_is_refused_and_left_as_it_is(
    home: Path, start: Start
) -> None:
    with start(home) as server:
        data = server.data
    (data / "PG_VERSION").write_text("16\n")
    before = sorted(path.name for path in data.iterdir())
    with pytest.raises(
        PostgresLaunchError, match=r"made by PostgreSQL 16.*RUSTOK_POSTGRES_BIN"
    ) as caught:
        start(home)
    assert caught.value.code == "POSTGRES_VERSION_MISMATCH"
    assert sorted(path.name for path in data.iterdir()) == before


def test_a_folder_that_is_no_cluster_is_refused_and_left_as_it_is(home: Path, start: Start) -> None:
    with start(home) as server:
        data = server.data
    (data / "PG_VERSION").unlink()
    (data / "precious").write_text("keep me")
    with pytest.raises(PostgresLaunchError, match="PG_VERSION") as caught:
        start(home)
    assert caught.value.code == "POSTGRES_DATA_INVALID"
    assert (data / "precious").read_text() == "keep me"


def test_a_record_that_cannot_be_read_is_written_anew(home: Path, start: Start) -> None:
    start(home).stop()
    (home / "postgres.json").write_text('{"data": ')
    assert EmbeddedPostgres.find(home) is None
    start(home)
    assert EmbeddedPostgres.find(home) is not None


async def test_a_moved_home_keeps_its_data_and_a_copy_has_its_own(
    home: Path, folder: Path, start: Start, ask: Ask
) -> None:
    with start(home) as server:
        await ask(server, "CREATE TABLE kept ()")
    _move_and_copy(home, folder / "moved", folder / "copy")
    moved, copy = start(folder / "moved"), start(folder / "copy")
    assert await ask(moved, "SELECT to_regclass('kept') IS NOT NULL")
    await ask(copy, "DROP TABLE kept")
    assert await ask(moved, "SELECT to_regclass('kept') IS NOT NULL")


@pytest.fixture
def small_disk(folder: Path, as_root: None) -> Iterator[Path]:
    """Give a folder on a disk of 16 MB."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=0755", "tmpfs", str(disk)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk_is_named(small_disk: Path, start: Start) -> None:
    with pytest.raises(PostgresLaunchError, match="no space left") as caught:
        start(small_disk / "home")
    assert caught.value.code == "POSTGRES_DISK_FULL"
    assert not (small_disk / "home" / "postgres").exists()
    assert not (small_disk / "home" / "postgres.new").exists()


def test_a_disk_that_is_full_already_is_named(small_disk: Path, start: Start) -> None:
    with (small_disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while filler.write(b"x" * 65_536):
            pass
    with pytest.raises(PostgresLaunchError) as caught:
        start(small_disk / "home")
    assert caught.value.code == "POSTGRES_DISK_FULL"


def test_a_home_that_is_a_file_is_an_error(folder: Path, start: Start) -> None:
    (folder / "file").write_text("")
    with pytest.raises(PostgresLaunchError, match="File exists"):
        start(folder / "file")


def _move_and_copy(first: Path, moved: Path, copy: Path) -> None:
    first.rename(moved)
    subprocess.run(["cp", "-a", moved, copy], check=True)


def _write(path: Path, text: str) -> None:
    """Write a file as the server leaves it: its owner's."""
    path.write_text(text)
    folder = path.parent.stat()
    shutil.chown(path, folder.st_uid, folder.st_gid)
