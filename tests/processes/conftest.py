"""Real processes on the test's database, and what becomes of them."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from rustok.app.processes.registry import ProcessRecord, running

SECONDS = 60.0


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Returns once the condition holds; other processes make it true, which set no event here."""
    async with asyncio.timeout(SECONDS):
        while not await condition():  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.02)


def children(home: Path, kind: str | None = None) -> list[ProcessRecord]:
    """The children that run in a home, of a kind or all."""
    found = [record for record in running(home) if record.parent is not None]
    return [record for record in found if kind in {None, record.kind}]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that does not exist yet."""
    return tmp_path / "home"
