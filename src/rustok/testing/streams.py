"""Fixtures of streams: a NATS server for each test that wants one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rustok.testing.nats_server import NatsServer


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    """A server of the test's own, running."""
    server = NatsServer(tmp_path / "nats")
    server.start()
    yield server
    server.kill()
