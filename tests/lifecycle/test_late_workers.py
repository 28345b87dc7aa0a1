"""What a module reacts to waits for it while it cannot be built, and is not lost."""

import asyncio

import pytest

from rustok.app.lifecycle.reassembly import Reassembled
from rustok.app.lifecycle.watch import ModuleWatch
from rustok.app.workers import all_workers
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import Subscriber
from rustok.core.host import Host
from rustok.core.modules.states import ModuleStates
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantUpdate
from tests.lifecycle import ailing
from tests.lifecycle.conftest import Platform


async def test_consumers_of_a_module_that_ails_are_there_when_it_is_well(
    platform: Platform, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled: list[str] = []

    async def handle(_ctx: Context, _session: WriteSession, event: Event) -> None:
        handled.append(event.name)

    def subscribers(_host: Host) -> list[Subscriber]:
        return [Subscriber(name="clinic.nurse", events=("tenant.updated",), handler=handle)]

    monkeypatch.setattr(ailing, "subscribers", subscribers)
    ailing.WORSE["clinic.health"] = RuntimeError("secret words")
    async with platform(ailing.CLINIC) as host:
        assert host.get(ModuleStates)["clinic"].state == "failed"
        workers = all_workers(host)
        await host.get(TenantService).update(ctx, TenantUpdate(name="Renamed"))
        await workers.settle()
        assert handled == ["tenant.updated"]


async def test_its_consumers_work_as_soon_as_it_does(
    platform: Platform, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled = asyncio.Event()

    async def handle(_ctx: Context, _session: WriteSession, _event: Event) -> None:
        handled.set()

    def subscribers(_host: Host) -> list[Subscriber]:
        return [Subscriber(name="clinic.nurse", events=("tenant.updated",), handler=handle)]

    monkeypatch.setattr(ailing, "subscribers", subscribers)
    ailing.WORSE["clinic.build"] = OSError("no water")
    async with platform(ailing.CLINIC) as host:
        stopping = asyncio.Event()
        working = asyncio.create_task(Reassembled(host, all_workers).run(stopping))
        await host.get(TenantService).update(ctx, TenantUpdate(name="Renamed"))
        ailing.WORSE.clear()
        await ModuleWatch(host).look()
        assert host.get(ModuleStates)["clinic"].state == "healthy"
        async with asyncio.timeout(60):
            await handled.wait()
            stopping.set()
            await working
