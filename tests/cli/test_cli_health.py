"""`rustok health` asks the processes that run, and says what they say."""

import json
import os
import socket
from pathlib import Path

from rustok.app.processes.registry import ProcessRecord, registered
from rustok.core.clock import SystemClock
from rustok.testing.live import LiveServer
from tests.cli.conftest import Command


async def test_a_server_tells_of_its_checks(live_server: LiveServer) -> None:
    finished = await live_server.rustok("health", "--json")
    assert finished.code == 0, finished.output
    (told,) = json.loads(finished.output)
    assert (told["process"]["pid"], told["process"]["kind"]) == (live_server.pid, "run")
    assert told["status"] == "pass"
    assert told["checks"]["database"]["status"] == "pass"
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
