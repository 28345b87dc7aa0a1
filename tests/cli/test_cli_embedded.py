"""`rustok run` on its own embedded PostgreSQL: from an empty folder through every kind of end."""

import asyncio
import json
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rustok.app.postgres import EmbeddedPostgres
from rustok.testing.live import LiveServer, environment, rustok, serving
from tests.cli.conftest import eventually


@pytest.fixture
def new_home(home: Path) -> Iterator[Path]:
    """A home whose database is deleted afterwards, wherever it lies."""
    yield home
    EmbeddedPostgres.remove(home)


async def ended(home: Path) -> None:
    """Returns once no server of the home is left."""

    async def holds() -> bool:
        return EmbeddedPostgres.find(home) is None

    await eventually(holds)


def end_postgres(home: Path) -> None:
    """Ends the home's server at once, as a crash of the whole of it would."""
    server = EmbeddedPostgres.find(home)
    assert server is not None
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)


async def ready(client: httpx.AsyncClient, server: LiveServer, status: int) -> None:
    """Returns once the server says that of itself."""

    async def holds() -> bool:
        return (await client.get(f"{server.url}/health/ready")).status_code == status

    await eventually(holds)


async def test_the_home_survives_the_end_of_either_process_and_serves_commands_meanwhile(
    new_home: Path,
) -> None:
    async with serving(None, new_home) as server:
        first = await server.rustok("tenant", "create", "shop", "--name", "Shop")
        assert (first.code, first.errors) == (0, "")
        secret = new_home / "secret_key"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        async with httpx.AsyncClient() as client:
            page = await client.get(f"{server.tenant_url('shop')}/api/v1/store/tenant")
            assert page.json()["name"] == "Shop"
            landing = await client.get(f"{server.url}/")
            assert "shop." in landing.text
        os.kill(server.pid, signal.SIGKILL)
        await ended(new_home)
    environ = environment(None, new_home)
    listed, doctored = await asyncio.gather(
        rustok(environ, "tenant", "list", "--json"), rustok(environ, "doctor", "--json")
    )
    assert [tenant["slug"] for tenant in json.loads(listed.output)] == ["shop"]
    report = json.loads(doctored.output)
    assert (doctored.code, report["processes"]) == (0, [])
    assert {module["state"] for module in report["modules"]} == {"ready"}
    async with serving(None, new_home) as again, httpx.AsyncClient() as client:
        await ready(client, again, 200)
        end_postgres(new_home)
        await ready(client, again, 503)
        await ready(client, again, 200)
        page = await client.get(f"{again.tenant_url('shop')}/api/v1/store/tenant")
        assert page.json()["name"] == "Shop"
    assert EmbeddedPostgres.find(new_home) is None
