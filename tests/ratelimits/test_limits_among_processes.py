"""A limit holds for all API processes together, or the start says that it does not."""

import asyncio
import time
from collections import Counter
from pathlib import Path
from typing import Literal

import httpx
import msgspec
import pytest
from structlog.testing import capture_logs

from rustok.app.limits.among import SECTION, among
from rustok.app.limits.settings import RateLimitSettings
from rustok.app.settings import Config
from rustok.core.context import Context
from rustok.core.modules.registry import Modules, installed
from rustok.testing.databases import TestDatabase
from rustok.testing.live import serving

AMOUNT = 100
SHARE = 1.05
PATH = "/api/v1/store/products"
Store = Literal["memory", "postgres", "redis"]


@pytest.fixture(scope="session")
def modules() -> Modules:
    """All of them: it is the program."""
    return installed()


def configured(config: Config, *, store: Store | None, limit: str | None = "10/60") -> Config:
    settings = RateLimitSettings(store=store, address=limit)
    return msgspec.structs.replace(config, sections={**config.sections, SECTION: settings})


@pytest.mark.parametrize(
    ("named", "processes", "chosen", "is_told"),
    [
        (None, 1, None, False),
        (None, 2, "postgres", False),
        (None, None, None, True),
        ("memory", 1, "memory", False),
        ("memory", 2, "memory", True),
        ("memory", None, "memory", False),
        ("postgres", 2, "postgres", False),
        ("redis", 2, "redis", False),
        ("redis", None, "redis", False),
    ],
)
def test_several_processes_count_together_or_say_that_they_do_not(
    database: TestDatabase,
    named: Store | None,
    processes: int | None,
    chosen: Store | None,
    is_told: bool,
) -> None:
    with capture_logs() as told:
        found = among(configured(database.config, store=named), processes)
    assert found.sections[SECTION].store == chosen
    assert [entry["event"] for entry in told] == ["rate_limits_counted_apart"] * is_told


def test_without_limits_nothing_is_counted_and_nothing_said(database: TestDatabase) -> None:
    config = configured(database.config, store=None, limit=None)
    with capture_logs() as told:
        assert among(config, 2) is config
        assert among(config, None) is config
    assert not told


async def test_two_workers_admit_what_one_would(
    database: TestDatabase, tmp_path: Path, ctx: Context
) -> None:
    limits = {"RUSTOK_RATE_LIMITS__ADDRESS": f"{AMOUNT}/3600"}
    arguments = ("run", "--no-demo", "--workers", "2")
    async with serving(database, tmp_path / "home", *arguments, also=limits) as server:
        url = f"{server.tenant_url(ctx.tenant.slug)}{PATH}"
        began = time.monotonic()
        answers: Counter[int] = Counter()
        each_anew = httpx.Limits(max_keepalive_connections=0)  # whichever process accepts it
        async with httpx.AsyncClient(timeout=30, limits=each_anew) as client:
            while answers[429] < AMOUNT:
                asked = await asyncio.gather(*(client.get(url) for _ in range(10)))
                answers.update(answer.status_code for answer in asked)
        refilled = AMOUNT * (time.monotonic() - began) / 3600
    assert set(answers) == {200, 429}
    assert AMOUNT / SHARE <= answers[200] <= AMOUNT * SHARE + refilled
