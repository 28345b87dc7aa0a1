"""Runs a command's use case on a host, and finds the tenants it names."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from rustok.app.processes.database import command_host
from rustok.app.processes.installation import Installation, read_installation
from rustok.core.context import Context, TenantRef, system_context
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory, TenantUnknown
from rustok.tenant import repository
from rustok.tenant.directory import NOWHERE

T = TypeVar("T")
REQUEST_ID = "rustok-cli"


def installation() -> Installation:
    """What the environment describes; raises BadModules, BadSettings."""
    return read_installation(os.environ)


def on_host(use_case: Callable[[Host], Awaitable[T]]) -> T:
    """The use case's answer, on every module built for the migrated database."""

    async def answer() -> T:
        async with command_host(installation()) as host:
            return await use_case(host)

    return asyncio.run(answer())


async def tenant_by_slug(host: Host, slug: str) -> TenantRef:
    """The tenant, switched on or off; raises TenantUnknown."""
    async with host.db.read(system_context(NOWHERE)) as session:
        row = await session.maybe(repository.FIND, by="slug", key=slug)
    if row is None:
        raise TenantUnknown(f"There is no tenant {slug!r}.")
    return await host.get(TenantDirectory).any_by_id(row.id)


async def context_of(host: Host, slug: str) -> Context:
    """The platform acting for the tenant; raises TenantUnknown."""
    return system_context(await tenant_by_slug(host, slug), request_id=REQUEST_ID)
