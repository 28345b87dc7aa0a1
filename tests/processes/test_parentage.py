"""A child ends with its parent, even if it listens to nobody any more."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE

import pytest

from rustok.app.postgres.processes import exists
from tests.processes.conftest import eventually

PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
sys.stdin.read()
"""
CHILD = """
import os, signal, time
from rustok.app.processes.parentage import end_with
{handling}
end_with(os.getppid(), 1.0)
print("watches", flush=True)
while True:
    time.sleep(60)
"""


@pytest.mark.parametrize(
    "handling", ["", "signal.signal(signal.SIGTERM, signal.SIG_IGN)"], ids=["ends", "is deaf"]
)
async def test_nothing_is_left_of_a_parent_that_was_killed(handling: str) -> None:
    child = CHILD.format(handling=handling)
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT, child), stdin=PIPE, stdout=PIPE
    )
    assert parent.stdout is not None
    async with asyncio.timeout(60):
        pid = int(await parent.stdout.readline())
    assert exists(pid)
    os.kill(parent.pid, signal.SIGKILL)
    await parent.wait()

    async def gone() -> bool:
        return not exists(pid)

    await eventually(gone)
