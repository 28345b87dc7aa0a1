"""What is refused, what only degrades, and how far behind a replica is said to be."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.app.replicas import replica_parts
from rustok.app.settings import load
from rustok.core.health import HealthChecks
from rustok.core.modules.registry import installed
from rustok.core.settings import BadSettings
from rustok.outbox.replica import MOST_PLACES, Lag, Replica, ReplicaRefused
from rustok.testing.databases import TestDatabase
from rustok.testing.live import environment, rustok, serving
from tests.replica.conftest import SETTINGS, opened
from tests.replica.standby import Standby

PRIMARY = {"DATABASE_URL": "postgresql://me:secret@db-1/shop"}
REPLICA = {"DATABASE_REPLICA_URL": "postgresql://me:secret@db-2/shop"}
WORKER = {"RUSTOK_DATABASE__WORKER_URL": "postgresql://worker:secret@db-1/shop"}
REPLICA_WORKER = {"RUSTOK_DATABASE__REPLICA_WORKER_URL": "postgresql://worker:secret@db-2/shop"}


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        (REPLICA, "RUSTOK_DATABASE_REPLICA_URL needs RUSTOK_DATABASE_URL"),
        (REPLICA_WORKER, "RUSTOK_DATABASE_REPLICA_URL needs RUSTOK_DATABASE_URL"),
        (
            PRIMARY | {"DATABASE_REPLICA_URL": PRIMARY["DATABASE_URL"]},
            "RUSTOK_DATABASE_REPLICA_URL is RUSTOK_DATABASE_URL",
        ),
        (
            PRIMARY | REPLICA | WORKER,
            "RUSTOK_DATABASE__WORKER_URL needs RUSTOK_DATABASE__REPLICA_WORKER_URL",
        ),
        (PRIMARY | REPLICA | {"RUSTOK_OUTBOX__REPLICA_SECONDS": "0"}, "replica_seconds is between"),
        (PRIMARY | REPLICA | {"RUSTOK_HEALTH__REPLICA_SECONDS": "0"}, "replica_seconds are more"),
    ],
)
def test_settings_that_contradict_each_other_are_named(
    environ: dict[str, str], problem: str
) -> None:
    with pytest.raises(BadSettings) as caught:
        load(environ, installed())
    assert problem in "\n".join(caught.value.problems)
    assert "secret@" not in "\n".join(caught.value.problems)


@pytest.mark.parametrize(
    "environ", [PRIMARY, PRIMARY | REPLICA, PRIMARY | REPLICA | WORKER | REPLICA_WORKER]
)
def test_what_fits_is_accepted(environ: dict[str, str]) -> None:
    found = load(environ, installed())
    assert found.platform.database_replica_url == environ.get("DATABASE_REPLICA_URL")


async def test_a_primary_that_is_named_as_replica_refuses_the_start(
    database: TestDatabase, tmp_path: Path
) -> None:
    environ = environment(database, tmp_path) | {
        "RUSTOK_DATABASE__REPLICA_WORKER_URL": database.worker_url
    }
    ended = await rustok(environ, "index")
    assert ended.code != 0
    assert "REPLICA_REFUSED" in ended.output + ended.errors
    assert "takes writes" in ended.output + ended.errors


async def test_a_running_server_tells_how_its_replica_is(
    database: TestDatabase, standby: Standby, tmp_path: Path
) -> None:
    await standby.caught_up()
    also = {"RUSTOK_DATABASE__REPLICA_WORKER_URL": standby.url(database.worker_url)}
    async with (
        serving(database, tmp_path / "home", also=also) as server,
        httpx.AsyncClient(base_url=server.url) as client,
        asyncio.timeout(20),
    ):
        check: dict[str, Any] = {}
        while check.get("status") != "pass":
            report = (await client.get("/health/ready")).json()
            check = report["checks"]["replica"]
        assert not check.get("critical")
        assert check["details"]["state"] == "following"
        assert "rustok_replica_usable 1.0" in (await client.get("/metrics")).text


async def test_the_doctor_compares_the_replica_with_its_primary(
    database: TestDatabase, standby: Standby, tmp_path: Path
) -> None:
    await standby.caught_up()

    async def says(url: str) -> str:
        environ = environment(database, tmp_path) | {"RUSTOK_DATABASE__REPLICA_WORKER_URL": url}
        found = await rustok(environ, "doctor", "--json")
        findings = msgspec.json.decode(found.output)["findings"]
        (one,) = [finding for finding in findings if finding["check"] == "replica"]
        return f"{one['verdict']}: {one['detail']}"

    assert (await says(standby.url(database.worker_url))).startswith("ok: follows")
    assert await says(database.worker_url) == "problem: is no replica: it takes writes"
    assert "does not answer" in await says("postgresql://nobody@127.0.0.1:1/none")


async def test_a_replica_of_another_timeline_is_left_alone(
    database: TestDatabase,
    another_standby: Standby,
    folders: Callable[[], Path],
) -> None:
    """It follows a server that was promoted: part of what it shows never happened here."""
    await another_standby.caught_up()
    await another_standby.promote()
    second = Standby(another_standby.server, folders(), SETTINGS)
    try:
        url = second.url(another_standby.url(database.worker_url))
        async with opened(database, url) as host:
            replica = host.get(Replica)
            replica_parts(host)
            await replica.look()
            assert replica.state == "refused"
            report = await host.get(HealthChecks).report()
            assert report.checks["replica"].output.startswith("it is on timeline 2, not on 1")
            assert not report.checks["replica"].critical
    finally:
        second.remove()


async def test_a_server_of_others_is_refused(database: TestDatabase, standby: Standby) -> None:
    await standby.caught_up()
    async with opened(database, database.worker_url) as host:
        replica = host.get(Replica)
        with pytest.raises(ReplicaRefused):
            await replica.look()
        assert not replica.is_usable
    async with opened(database, standby.url(database.worker_url)) as host:
        replica = host.get(Replica)
        assert not replica.is_usable
        await replica.look()
        assert replica.is_usable


@given(
    steps=st.lists(st.tuples(st.integers(1, 100), st.integers(0, 100)), min_size=1, max_size=40),
)
def test_the_lag_is_the_age_of_the_oldest_place_that_is_missing(
    steps: list[tuple[int, int]],
) -> None:
    lag = Lag()
    place, behind_since = 0, list[tuple[float, int]]()
    for second, (written, lacking) in enumerate(steps):
        place += written
        shown = max(0, place - lacking)
        lag.primary_at(place, float(second))
        lag.replica_at(shown)
        behind_since = [one for one in [*behind_since, (float(second), place)] if one[1] > shown]
        expected = second - behind_since[0][0] if behind_since else 0.0
        assert lag.seconds(float(second)) == expected
        assert lag.bytes == place - shown


def test_a_replica_that_has_all_is_not_late_however_long_nothing_happened() -> None:
    lag = Lag()
    lag.primary_at(7, 0.0)
    lag.replica_at(7)
    assert lag.seconds(1_000_000.0) == 0.0


def test_a_long_lag_takes_little_memory_and_is_still_known() -> None:
    lag = Lag()
    for second in range(100_000):
        lag.primary_at(second, float(second))
    assert len(lag._places) <= MOST_PLACES
    assert lag.seconds(100_000.0) == 100_000.0
    assert lag.bytes is None
    lag.replica_at(50_000)
    assert 49_000 <= lag.seconds(100_000.0) <= 50_000
