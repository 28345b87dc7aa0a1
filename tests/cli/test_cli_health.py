"""`rustok health` asks the processes that run, and says what they say."""

import asyncio
import json
import os
import socket
import sys
from pathlib import Path

from rustok.app.processes.registry import ProcessRecord, registered, running
from rustok.core.clock import SystemClock
from rustok.testing.databases import TestDatabase
from rustok.testing.live import LiveServer, environment, rustok
from tests.cli.conftest import Command, eventually


async def test_a_server_tells_of_its_checks(live_server: LiveServer) -> None:
    finished = await live_server.rustok("health", "--json")
    assert finished.code == 0, finished.output
    (told,) = json.loads(finished.output)
    assert (told["process"]["pid"], told["process"]["kind"]) == (live_server.pid, "run")
    assert told["status"] == "pass"
    assert told["checks"]["database"]["status"] == "pass"
    assert told["checks"]["breaker.search"]["status"] == "pass"
    text = (await live_server.rustok("health")).output
    assert f"{live_server.pid} rustok run at {live_server.url}/" in text
    assert "ok    database" in text


async def test_a_process_that_does_not_answer_is_not_well(command: Command, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    now = SystemClock().now()
    mute = ProcessRecord(kind="serve", pid=os.getpid(), started_at=now, address=address)
    worker = ProcessRecord(kind="relay", pid=os.getpid(), started_at=now)
    with registered(home, worker):
        assert (await command("health")).code == 0
        with registered(home, mute):
            finished = await command("health")
    assert finished.code == 1
    assert f"ok    {os.getpid()} rustok relay" in finished.output
    assert f"FAIL  {os.getpid()} rustok serve at http://{address}/ no answer" in finished.output


async def test_nothing_that_runs_is_not_well_either(command: Command) -> None:
    finished = await command("health", "--json")
    assert (finished.code, json.loads(finished.output)) == (1, [])


async def test_a_worker_that_does_not_listen_is_asked_at_its_socket(
    database: TestDatabase, tmp_path: Path
) -> None:
    home = tmp_path / "a-home-whose-path-is-much-too-long-for-the-address-of-a-socket" / ("x" * 60)
    relay = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rustok", "relay", env=environment(database, home)
    )
    try:
        await eventually(lambda: some_run(home))
        (told,) = json.loads((await rustok(environment(database, home), "health", "--json")).output)
        assert (told["process"]["pid"], told["process"]["kind"]) == (relay.pid, "relay")
        assert told["checks"]["database"]["status"] == "pass"
    finally:
        relay.kill()
        await relay.wait()
    gone = await rustok(environment(database, home), "health", "--json")
    assert (gone.code, json.loads(gone.output)) == (1, [])
    assert list((home / "processes").iterdir()) == []


async def some_run(home: Path) -> bool:
    return running(home) != []
