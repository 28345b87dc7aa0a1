"""Checks look at what is really there: a write that reaches the disk, events that wait, search."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import msgspec
import pytest

from rustok.app.bootstrap import open_host
from rustok.app.settings import load
from rustok.app.telemetry.log_state import LogState
from rustok.app.telemetry.settings import HealthSettings
from rustok.app.workers import all_workers
from rustok.commerce.catalog.service import ProductService
from rustok.core.context import TenantRef, system_context
from rustok.core.health import Degraded, HealthChecks, Observed, Report
from rustok.core.host import Host
from rustok.core.settings import BadSettings
from rustok.outbox.workers import sequencer
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantCreate
from rustok.testing.databases import SECRET, TestDatabase
from tests.commerce.goods import mug


class Later:
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        """The machine's time, so much later."""
        return datetime.now(UTC) + self.ahead


@asynccontextmanager
async def opened(
    database: TestDatabase, clock: Later | None = None, **settings: str
) -> AsyncIterator[Host]:
    """A host with settings of the test's own."""
    environ = {"SECRET_KEY": SECRET} | settings
    config = load(environ, database.modules)
    async with open_host(
        config, database.modules, database.urls, SECRET, workers=True, clock=clock
    ) as host:
        yield host


async def report(host: Host) -> Report:
    """A report that nobody has asked for before."""
    checks = host.get(HealthChecks)
    checks._known = host.get(LogState)._known = None
    return await checks.report()


async def test_all_is_well_with_what_was_observed(host: Host, client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()["status"]) == (200, "pass")
    assert answer.headers["content-type"].startswith("application/health+json")
    checks = answer.json()["checks"]
    assert {
        "database",
        "database.write",
        "search",
        "events.sequencer",
        "events.consumers",
    } <= checks.keys()
    for check in checks.values():
        assert isinstance(check["observedValue"], int | float)
        assert check["observedUnit"] in {"ms", "s"} or check["observedUnit"]
        assert datetime.fromisoformat(check["time"]).tzinfo is not None
    assert checks["database"]["critical"]
    assert "critical" not in checks["search"]


@pytest.mark.parametrize(("not_critical", "status"), [("", "fail"), ("database.write", "warn")])
async def test_a_database_that_takes_no_writes_is_found_out(
    database: TestDatabase, not_critical: str, status: str
) -> None:
    owner = await asyncpg.connect(database.owner_url)
    name = await owner.fetchval("SELECT current_database()")
    await owner.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    await owner.close()
    async with opened(database, RUSTOK_HEALTH__NOT_CRITICAL=not_critical) as host:
        found = await report(host)

    assert found.checks["database"].status == "pass"
    assert found.checks["database.write"].output == "ReadOnly"
    assert (found.status, found.checks["database.write"].critical) == (status, not not_critical)


async def test_events_that_wait_are_told_with_whom_they_wait_for(database: TestDatabase) -> None:
    clock = Later()
    async with opened(database, clock) as host:
        tenant = await host.get(TenantService).create(
            TenantCreate(slug="acme", name="Acme", locales=("en", "de"))
        )
        workers = all_workers(host)
        await workers.settle()
        await host.get(ProductService).create(system_context(tenant), mug())
        assert (await report(host)).status == "pass"

        clock.ahead = timedelta(seconds=60)
        found = await report(host)
        assert (found.status, found.ready) == ("warn", True)
        waiting = found.checks["events.sequencer"]
        assert waiting.status == "warn"
        assert waiting.observed_value is not None
        assert 60 <= waiting.observed_value < 90

        await sequencer(host).drain()
        found = await report(host)
        assert found.checks["events.sequencer"].status == "pass"
        consumers = found.checks["events.consumers"]
        assert consumers.status == "warn"
        assert "index.products" in consumers.output
        lag = consumers.details["index.products"]
        assert lag["events"] >= 1
        assert 60 <= lag["seconds"] < 90

        await workers.settle()
        assert (await report(host)).status == "pass"


async def fine() -> Observed:
    return Observed(value=3, unit="events", details={"of": "acme"})


async def limping() -> None:
    raise Degraded("slow", Observed(value=9, unit="s"))


async def broken() -> None:
    raise ConnectionError("secret-host.internal")


async def test_an_operator_decides_what_is_critical() -> None:
    checks = HealthChecks(critical=("stream", "typo"), not_critical=("database",))
    checks.add("database", broken, critical=True)
    checks.add("stream", fine)
    found = await checks.report()
    assert (found.status, checks.unknown) == ("warn", ["typo"])

    checks = HealthChecks(critical=("stream",))
    checks.add("stream", broken)
    assert not (await checks.report()).ready


async def test_what_a_check_observed_is_told_whether_it_is_well_or_not() -> None:
    checks = HealthChecks()
    checks.add("fine", fine)
    checks.add("limping", limping)
    checks.add("broken", broken)
    found = msgspec.to_builtins((await checks.report()).checks)

    assert (found["fine"]["observedValue"], found["fine"]["details"]) == (3, {"of": "acme"})
    assert (found["limping"]["observedValue"], found["limping"]["observedUnit"]) == (9, "s")
    assert (found["broken"]["output"], found["broken"]["observedUnit"]) == ("ConnectionError", "ms")


async def test_checks_run_at_the_same_time() -> None:
    checks = HealthChecks()
    met = asyncio.Barrier(5)

    async def meet() -> None:
        await met.wait()

    for number in range(5):
        checks.add(f"check-{number}", meet)

    assert (await checks.report()).status == "pass"


def test_settings_that_contradict_each_other_are_refused(database: TestDatabase) -> None:
    both = {"RUSTOK_HEALTH__CRITICAL": "redis", "RUSTOK_HEALTH__NOT_CRITICAL": "redis,search"}
    with pytest.raises(BadSettings, match="critical or it is not: redis"):
        load(both, database.modules)
    with pytest.raises(ValueError, match="more than 0"):
        HealthSettings(consumer_seconds=0)


async def test_nothing_of_a_tenant_is_told(
    host: Host, tenant: TenantRef, client: httpx.AsyncClient
) -> None:
    text = (await client.get("/health")).text
    assert tenant.slug not in text
    assert str(tenant.id) not in text
