"""Checks run together, within a limit, and once for everybody who asks."""

import asyncio

import pytest

from rustok.core import health
from rustok.core.health import Degraded, HealthChecks


async def fine() -> None:
    """Nothing is wrong."""


async def broken() -> None:
    raise ConnectionError("secret-host.internal")


async def slow() -> None:
    await asyncio.get_running_loop().create_future()


async def limping() -> None:
    raise Degraded("events wait for 40 s")


async def test_a_failed_critical_check_is_a_failure() -> None:
    checks = HealthChecks()
    checks.add("database", broken, critical=True)
    checks.add("stream", fine)

    report = await checks.report()

    assert (report.status, report.ready) == ("fail", False)
    assert "secret-host" not in report.checks["database"].output


async def test_a_failed_other_check_only_degrades() -> None:
    checks = HealthChecks()
    checks.add("database", fine, critical=True)
    checks.add("stream", broken)
    checks.add("events", limping)

    report = await checks.report()

    assert (report.status, report.ready, report.degraded) == ("warn", True, True)
    assert report.checks["events"].output == "events wait for 40 s"


async def test_a_check_without_an_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LIMIT_SECONDS", 0.01)
    checks = HealthChecks()
    checks.add("database", slow, critical=True)

    report = await checks.report()

    assert report.checks["database"].status == "fail"
    assert "no answer" in report.checks["database"].output


async def test_many_who_ask_share_one_run() -> None:
    runs = []

    async def counted() -> None:
        runs.append(1)

    checks = HealthChecks()
    checks.add("database", counted, critical=True)

    await asyncio.gather(*(checks.report() for _ in range(100)))
    await checks.report()

    assert len(runs) == 1
