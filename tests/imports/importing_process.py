"""Imports a file in a process of its own, which kills itself once the first batch is kept.

`python -m tests.imports.importing_process FILE URLS TENANT`: the roles' URLs as JSON.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

import msgspec

from rustok.app.bootstrap import Urls, open_host
from rustok.app.imports.shopify import ImportOptions, import_products
from rustok.app.settings import load
from rustok.core.context import system_context
from rustok.core.modules.registry import installed
from rustok.core.tenants import TenantDirectory
from rustok.testing.databases import SECRET


def killing(what: str, part: float) -> None:
    if what == "Importing":
        os.kill(os.getpid(), signal.SIGKILL)


async def main(name: str, urls: str, tenant: str) -> None:
    modules = installed()
    config = load({"SECRET_KEY": SECRET}, modules)
    where = msgspec.json.decode(urls, type=Urls)
    with Path(name).open("rb") as file:  # noqa: ASYNC230  # nothing else runs here
        async with open_host(config, modules, where, SECRET, workers=False) as host:
            ctx = system_context(await host.get(TenantDirectory).by_slug(tenant))
            await import_products(host, ctx, file, ImportOptions(), killing)


asyncio.run(main(*sys.argv[1:]))
