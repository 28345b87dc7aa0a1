"""The demo's shops, served by the real program and looked at in a real Chromium."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.async_api import Browser, async_playwright

from rustok.app.settings import load
from rustok.core.modules.registry import Modules
from rustok.testing.databases import SECRET, clone, template
from rustok.testing.live import LiveServer, serving

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where the machine's own Chromium is."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("there is no Chromium on this machine: install the package chromium")
    return found


@pytest.fixture
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    """Chromium, without a window."""
    # it refuses to put its sandbox around itself as root
    flags = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else [*QUIET]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=flags)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def demo(
    chromium_path: str,
    server_url: str,
    modules: Modules,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveServer]:
    """`rustok run` with the demo, on a database of its own, for all tests of this process."""

    @asynccontextmanager
    async def server(home: Path) -> AsyncIterator[LiveServer]:
        config = load({"SECRET_KEY": SECRET}, modules)
        name = await template(server_url, modules)
        async with (
            clone(server_url, name, config, modules) as database,
            serving(database, home, "run") as found,
        ):
            yield found

    # a loop of another thread watches it: each test has a loop of its own
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(server(tmp_path_factory.mktemp("demo"))) as found,
    ):
        yield found
