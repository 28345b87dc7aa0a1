"""A process whose event loop stands still ends itself, and no other one does."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from rustok.app.processes.watchdog import STUCK

SECONDS = 0.5
PROGRAM = """
import asyncio, re, sys, time
from rustok.app.processes.watchdog import watched

async def main():
    with watched({seconds}):
        print("watched", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        {work}
        print("worked", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(main())
"""


@asynccontextmanager
async def program(work: str, seconds: float = SECONDS) -> AsyncIterator[Process]:
    """A process that is watched, and does this once it is told to go on."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM.format(work=work, seconds=seconds)),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        async with asyncio.timeout(60):
            assert process.stdout is not None
            assert await process.stdout.readline() == b"watched\n"
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def go_on(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.write(b"\n")
    await process.stdin.drain()


async def last_words(process: Process) -> str:
    assert process.stderr is not None
    return (await process.stderr.read()).decode()


async def test_a_loop_that_stands_still_ends_the_process_with_its_stacks() -> None:
    async with program("time.sleep(60)") as process:
        await go_on(process)
        words = await last_words(process)
        assert await process.wait() == STUCK
    assert "The event loop stood still for 0.5 s" in words
    assert "in main" in words


async def test_code_that_keeps_the_interpreter_itself_is_ended_too() -> None:
    async with program("re.match('(a+)+c', 'a' * 60 + 'b')") as process:
        await go_on(process)
        words = await last_words(process)
        assert await process.wait() in {1, STUCK}
    assert "in main" in words


async def test_a_loop_that_waits_is_left_alone() -> None:
    async with program("await asyncio.sleep(3 * 0.5)") as process:
        await go_on(process)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"worked\n"
        await go_on(process)
        assert await process.wait() == 0


async def test_a_process_that_was_stopped_goes_on() -> None:
    seconds = 3.0
    async with program("pass", seconds) as process:
        os.kill(process.pid, signal.SIGSTOP)
        stopped = asyncio.get_running_loop().time()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout_at(stopped + 1.4 * seconds):
                await process.wait()
        os.kill(process.pid, signal.SIGCONT)
        await go_on(process)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"worked\n"
        await go_on(process)
        assert await process.wait() == 0


async def test_nothing_is_watched_where_that_is_switched_off() -> None:
    async with program("time.sleep(1)", 0) as process:
        await go_on(process)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"worked\n"
