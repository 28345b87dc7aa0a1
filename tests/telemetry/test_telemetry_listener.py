"""Workers serve nothing, and open a port for whoever watches them only where one is asked for."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from rustok.app.processes.errors import PortTaken
from rustok.app.processes.listener import listen
from rustok.app.settings import PlatformSettings
from rustok.app.telemetry.listener import answering
from rustok.app.telemetry.running import telling
from rustok.core.health import HealthChecks
from rustok.core.host import Host
from rustok.testing.databases import TestDatabase
from rustok.testing.live import serving


@pytest.fixture
async def watcher(host: Host) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the port of a process."""
    async with (
        answering(host, "127.0.0.1", 0) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as client,
    ):
        yield client


async def test_a_worker_answers_with_its_numbers_and_health(
    database: TestDatabase, tmp_path: Path
) -> None:
    also = {"RUSTOK_METRICS_PORT": "0"}
    async with (
        serving(database, tmp_path / "home", "index", also=also) as index,
        httpx.AsyncClient(base_url=index.url) as client,
    ):
        numbers = (await client.get("/metrics")).text
        ready = await client.get("/health/ready")
        known = await index.rustok("health")

    assert 'rustok_consumer_lag_events{consumer="index.products"} 0.0' in numbers
    assert "rustok_event_loop_lag_seconds_count" in numbers
    assert ready.status_code == 200
    assert "events.consumers" in ready.json()["checks"]
    assert "events.consumers" in known.output


async def test_it_listens_on_this_machine_alone(watcher: httpx.AsyncClient, host: Host) -> None:
    assert watcher.base_url.host == "127.0.0.1"
    assert host.settings(PlatformSettings).metrics_bind == "127.0.0.1"


async def test_nothing_listens_unasked(host: Host) -> None:
    before = open_files()
    async with telling(host, "index") as address:
        assert (address, open_files()) == (None, before)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_it_is_not_ready_when_a_critical_check_fails(
    host: Host, watcher: httpx.AsyncClient
) -> None:
    async def broken() -> None:
        raise ConnectionError

    host.get(HealthChecks).add("disk", broken, critical=True)
    answer = await watcher.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "fail")
    assert (await watcher.get("/health/live")).status_code == 200


async def test_nothing_else_is_there(watcher: httpx.AsyncClient) -> None:
    assert (await watcher.get("/")).status_code == 404
    assert (await watcher.get("/graphql")).status_code == 404
    assert (await watcher.post("/metrics")).status_code == 405


async def test_a_port_that_is_taken_ends_the_start(host: Host) -> None:
    with listen("127.0.0.1", 0) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken):
            async with answering(host, "127.0.0.1", port):
                pass
