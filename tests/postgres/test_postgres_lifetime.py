"""The server lives exactly as long as its owner; other processes are guests."""

import os
import signal
import subprocess
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from rustok.app.postgres import EmbeddedPostgres, PostgresLaunchError, RunningPostgres
from rustok.app.postgres.cluster import read_pid_file
from rustok.app.postgres.lock import try_lock

Start = Callable[..., RunningPostgres]
Ask = Callable[[RunningPostgres | str, str], Awaitable[Any]]
Gone = Callable[[Path], None]


async def test_a_killed_owner_takes_its_server_along(
    home: Path, spawn_owner: Any, gone: Gone, start: Start, ask: Ask
) -> None:
    owner = spawn_owner(home)
    await ask(owner.said["url"], "CREATE TABLE kept AS SELECT 1 AS one")
    found = EmbeddedPostgres.find(home)
    assert found is not None
    owner.process.kill()
    gone(home)
    assert not found.alive()
    assert not found.socket_folder.exists()
    assert EmbeddedPostgres.find(home) is None
    assert await ask(start(home), "SELECT one FROM kept") == 1


def test_a_fork_that_outlives_the_owner_does_not_keep_the_server(
    home: Path, spawn_owner: Any, gone: Gone
) -> None:
    owner = spawn_owner(home, "--fork")
    try:
        owner.process.kill()
        gone(home)
    finally:
        os.kill(owner.said["fork"], signal.SIGKILL)


def test_a_fork_that_outlives_the_owner_does_not_delay_an_orderly_stop(
    home: Path, spawn_owner: Any, gone: Gone
) -> None:
    owner = spawn_owner(home, "--fork")
    try:
        owner.process.stdin.close()
        assert owner.process.wait(timeout=30) == 0
        assert EmbeddedPostgres.find(home) is None
    finally:
        os.kill(owner.said["fork"], signal.SIGKILL)


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="the parent-death signal is Linux's alone"
)
def test_a_killed_supervisor_takes_the_server_along(home: Path, start: Start, gone: Gone) -> None:
    server = start(home)
    os.kill(_supervisor(server), signal.SIGKILL)
    gone(home)
    assert not server.alive()
    server.stop()


def test_a_terminated_supervisor_ends_the_server_in_order(
    home: Path, start: Start, gone: Gone
) -> None:
    server = start(home)
    os.kill(_supervisor(server), signal.SIGTERM)
    gone(home)
    assert "database system is shut down" in server.log.read_text()


def test_ctrl_c_in_the_terminal_leaves_the_server_to_its_owner(
    home: Path, spawn_owner: Any
) -> None:
    owner = spawn_owner(home)
    server = read_pid_file(Path(owner.said["data"]))
    assert server is not None
    # A terminal's signals stay within its session.
    sessions = {os.getsid(pid) for pid in (server.pid, _parent(server.pid))}
    assert os.getsid(owner.process.pid) not in sessions
    os.killpg(owner.process.pid, signal.SIGINT)
    assert owner.next_word() == {"alive_after_interrupt": True}
    assert owner.process.wait(timeout=30) == 0
    assert EmbeddedPostgres.find(home) is None


def test_a_second_process_is_a_guest_and_stops_nothing(
    home: Path, start: Start, spawn_owner: Any
) -> None:
    server = start(home)
    guest = spawn_owner(home)
    assert guest.said["owner"] is False
    assert guest.said["url"] == server.url()
    guest.leave()
    assert server.alive()


def test_a_fork_is_a_guest_too(home: Path, spawn_owner: Any) -> None:
    owner = spawn_owner(home, "--fork")
    os.kill(owner.said["fork"], signal.SIGKILL)
    assert owner.said["alive"]


def test_starting_again_in_the_same_process_is_a_guest(home: Path, start: Start) -> None:
    server = start(home)
    with start(home) as again:
        assert not again.owner
    assert server.alive()


def test_of_many_processes_at_once_one_owns_the_server(new_home: Path, spawn_owner: Any) -> None:
    processes = [spawn_owner(new_home, wait=False) for _ in range(4)]
    said = [process.next_word() for process in processes]
    assert sorted(word["owner"] for word in said) == [False, False, False, True]
    assert len({word["url"] for word in said}) == 1
    for word, process in zip(said, processes, strict=True):
        if not word["owner"]:
            process.leave()


def test_a_process_after_the_owner_owns_a_server_of_its_own(
    home: Path, start: Start, spawn_owner: Any
) -> None:
    spawn_owner(home).leave()
    assert start(home).owner


def test_the_server_outlives_the_thread_that_started_it(
    home: Path, start: Start, spawn_owner: Any
) -> None:
    with ThreadPoolExecutor(1) as threads:
        server = threads.submit(start, home).result()
    assert spawn_owner(home).said["owner"] is False
    assert server.alive()


def test_waiting_for_another_process_ends_with_an_error(home: Path, start: Start) -> None:
    starting = try_lock(home / "postgres.lock")
    assert starting is not None
    try:
        with pytest.raises(PostgresLaunchError, match="another process") as caught:
            start(home, timeout_seconds=0.1)
    finally:
        os.close(starting)
    assert caught.value.code == "POSTGRES_START_TIMEOUT"


def test_a_server_that_is_not_ready_in_time_is_ended(home: Path, start: Start, gone: Gone) -> None:
    with pytest.raises(PostgresLaunchError, match="not ready in time") as caught:
        start(home, timeout_seconds=0)
    assert caught.value.code == "POSTGRES_START_TIMEOUT"
    gone(home)


def test_finding_where_nothing_runs_finds_nothing_and_makes_nothing(new_home: Path) -> None:
    assert EmbeddedPostgres.find(new_home) is None
    assert not new_home.exists()


def _parent(pid: int) -> int:
    shown = subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True)
    return int(shown.stdout)


def _supervisor(server: RunningPostgres) -> int:
    assert server._server is not None
    return server._server.process.pid
