"""Commands on the test's database, in this process: that saves a second each."""

import asyncio
import io
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest
import structlog

from rustok.app.cli.application import application
from rustok.app.cli.failures import exit_code
from rustok.telemetry.logs import configure
from rustok.testing.databases import TestDatabase
from rustok.testing.live import Finished, environment

Command = Callable[..., Awaitable[Finished]]


def run_here(environ: Mapping[str, str], *arguments: str, given: str = "") -> Finished:
    """Runs a command as `rustok` does, but for starting a process."""
    output, errors = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, environ, clear=True),
        patch.object(sys, "stdin", io.StringIO(given)),
        redirect_stdout(output),
        redirect_stderr(errors),
        logs_to(errors),
    ):
        try:
            code = exit_code(lambda: application(list(arguments), prog_name="rustok"))
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Finished(code, output.getvalue(), errors.getvalue())


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Returns once the condition holds; other processes make it true, which set no event here."""
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.01)


@contextmanager
def logs_to(stream: io.StringIO) -> Iterator[None]:
    """Logs as the program does, and as before afterwards."""
    before, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    logging.root.handlers.clear()
    configure(level="WARNING", style="console", stream=stream)
    try:
        yield
    finally:
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
        structlog.configure(**before)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that does not exist yet."""
    return tmp_path / "home"


@pytest.fixture
def command(database: TestDatabase, home: Path) -> Command:
    """`await command("tenant", "list")` on the test's database."""
    environ = environment(database, home)

    async def run(*arguments: str, given: str = "") -> Finished:
        return await asyncio.to_thread(run_here, environ, *arguments, given=given)

    return run
