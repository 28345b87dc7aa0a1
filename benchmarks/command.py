"""Runs of the program's commands, from their start to their end."""

import asyncio
import os
import sys
from collections.abc import Mapping
from time import perf_counter

import msgspec

from benchmarks.processes import cpu_seconds, server_pid
from benchmarks.stage import Place
from rustok.testing.live import environment


class CommandFailed(Exception):
    """A command that was to be measured did not do its work."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """How long a command took, and the CPU time of it and PostgreSQL."""

    seconds: float
    cpu_seconds: float


async def timed(place: Place, *arguments: str, also: Mapping[str, str] | None = None) -> Run:
    """Runs a command to its end; raises CommandFailed with what it said."""
    environ = environment(None, place.home) | place.environment | dict(also or {})
    postgres = server_pid(place.server)
    before = cpu_seconds([postgres]) + _children()
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "rustok",
        *arguments,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    seconds = perf_counter() - began
    if process.returncode:
        raise CommandFailed(said.decode())
    return Run(seconds=seconds, cpu_seconds=cpu_seconds([postgres]) + _children() - before)


def _children() -> float:
    times = os.times()
    return times.children_user + times.children_system
