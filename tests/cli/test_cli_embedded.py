"""`rustok run` on its own embedded PostgreSQL: from an empty folder through every kind of end."""

import asyncio
import json
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from rustok.app.postgres import EmbeddedPostgres
from rustok.app.processes.own_server import QUIET_SECONDS, Pauses
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


def postmaster(home: Path) -> int | None:
    """The process id of the home's server; None while none accepts connections."""
    server = EmbeddedPostgres.find(home)
    if server is None:
        return None
    return int((server.data / "postmaster.pid").read_text().split()[0])


async def end_postgres(home: Path) -> None:
    """Ends the home's server as a crash of the whole of it would, and sees another one come."""
    crashed = postmaster(home)
    assert crashed is not None
    os.kill(crashed, signal.SIGQUIT)

    async def holds() -> bool:
        return postmaster(home) not in {None, crashed}

    await eventually(holds)


async def works(client: httpx.AsyncClient, server: LiveServer) -> None:
    """Returns once the server reads from the database: it knows which tenants there are not."""

    async def holds() -> bool:
        address = f"{server.tenant_url(f'shop-{uuid4().hex[:8]}')}/api/v1/store/tenant"
        answer = await client.get(address)
        assert answer.status_code in {404, 503}, answer.text
        return answer.status_code == 404

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
        await works(client, again)
        await end_postgres(new_home)
        await works(client, again)
        page = await client.get(f"{again.tenant_url('shop')}/api/v1/store/tenant")
        assert page.json()["name"] == "Shop"
    assert EmbeddedPostgres.find(new_home) is None


async def test_a_process_beside_it_does_not_keep_the_database_from_coming_back(
    new_home: Path,
) -> None:
    async with (
        serving(None, new_home) as owner,
        serving(None, new_home, "serve") as guest,
        httpx.AsyncClient() as client,
    ):
        await works(client, guest)
        await end_postgres(new_home)
        for server in (owner, guest):
            await works(client, server)
        os.kill(owner.pid, signal.SIGKILL)
        await ended(new_home)
        async with serving(None, new_home) as again:
            await works(client, again)
            await works(client, guest)


def test_a_server_that_dies_again_and_again_is_started_ever_later() -> None:
    pauses = Pauses()
    assert pauses.before_start(100.0) == 0.0
    now, waited = 100.0, []
    for _ in range(8):
        now += 0.5
        waited.append(pauses.before_start(now))
        now += waited[-1]
    assert waited == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert pauses.before_start(now + QUIET_SECONDS) == 0.0
