"""Switching a module for a tenant: its hooks, the journal, and no half state whatever fails."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from rustok.app.lifecycle.watch import ModuleWatch
from rustok.core.context import Context
from rustok.core.errors import ModuleFailed
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory
from rustok.tenant import repository
from rustok.tenant.errors import ModuleHookFailed, ModuleRequired, ModuleUnknown
from rustok.tenant.journal import ABANDONED, ABANDONED_AFTER, ModuleJournal
from rustok.tenant.permissions import MODULE_UPDATE, TENANT_READ
from rustok.tenant.queries import TenantQueries
from rustok.tenant.service import TenantService
from rustok.tenant.types import ModuleChange, TenantCreate
from rustok.testing.databases import TestDatabase
from rustok.testing.http import SignIn, bearer
from tests.lifecycle import ailing
from tests.lifecycle.conftest import Platform, visited


async def switched_on(host: Host, ctx: Context) -> set[str]:
    """The modules that the database says are on."""
    views = await host.get(TenantQueries).modules(ctx)
    return {view.name for view in views if view.enabled}


async def journal(host: Host, ctx: Context, name: str) -> list[tuple[str, str, str | None]]:
    """Action, state and error of each switch, the newest first."""
    changes = await host.get(TenantQueries).module_changes(ctx, name)
    assert all((c.ended_at is None) == (c.state == "started") for c in changes)
    return [(change.action, change.state, change.error) for change in changes]


async def facts(database: TestDatabase) -> list[tuple[str, int]]:
    """The names and versions of the tenant's events about modules, in order."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        rows = await connection.fetch(
            "SELECT name, aggregate_version FROM sys_events WHERE name LIKE 'tenant.module%' "
            "ORDER BY insert_order"
        )
    finally:
        await connection.close()
    return [(row["name"].removeprefix("tenant.module_"), row["aggregate_version"]) for row in rows]


async def test_hooks_run_with_the_switch(
    platform: Platform, ctx: Context, database: TestDatabase
) -> None:
    async with platform() as host:
        service = host.get(TenantService)
        with pytest.raises(ModuleRequired, match="ward"):
            await service.disable_module(ctx, "clinic")
        await service.disable_module(ctx, "ward")
        await service.disable_module(ctx, "clinic")
        assert {"clinic", "ward"} & await switched_on(host, ctx) == set()
        await service.enable_module(ctx, "ward")
        assert {"clinic", "ward"} <= await switched_on(host, ctx)
        assert ailing.CALLS == [("disable", "acme"), ("enable", "acme")]
        assert await journal(host, ctx, "ward") == [
            ("enable", "done", None),
            ("disable", "done", None),
        ]
        assert [state for _, state, _ in await journal(host, ctx, "clinic")] == ["done", "failed"]
        told = await facts(database)
        assert [name for name, _ in told] == ["disabled", "disabled", "enabled", "enabled"]
        versions = [version for _, version in told]
        assert versions == sorted(set(versions))


@pytest.mark.parametrize("action", ["enable", "disable"])
@pytest.mark.parametrize(
    ("error", "raised", "reason"),
    [
        (RuntimeError("secret words"), ModuleHookFailed, "MODULE_HOOK_FAILED: clinic could not be"),
        (ailing.Occupied("Bed 7 is taken."), ailing.Occupied, "OCCUPIED: Bed 7 is taken."),
    ],
)
async def test_a_failing_hook_leaves_everything_as_it_was(
    platform: Platform,
    ctx: Context,
    database: TestDatabase,
    action: str,
    error: Exception,
    raised: type[Exception],
    reason: str,
) -> None:
    async with platform() as host:
        service = host.get(TenantService)
        if action == "enable":
            for name in ("ward", "clinic"):
                await service.disable_module(ctx, name)
        else:
            await service.disable_module(ctx, "ward")
        before, told = await switched_on(host, ctx), await facts(database)
        ailing.WORSE[f"clinic.on_{action}"] = error
        with pytest.raises(raised):
            await (
                service.enable_module(ctx, "ward")
                if action == "enable"
                else service.disable_module(ctx, "clinic")
            )
        assert await switched_on(host, ctx) == before
        assert await facts(database) == told
        name = "ward" if action == "enable" else "clinic"
        (found, *_) = await journal(host, ctx, name)
        assert found[:2] == (action, "failed")
        assert str(found[2]).startswith(reason)
        ailing.WORSE.clear()
        await (
            service.enable_module(ctx, "ward")
            if action == "enable"
            else service.disable_module(ctx, "clinic")
        )
        assert await switched_on(host, ctx) != before


async def test_what_a_hook_wrote_goes_with_the_switch(
    platform: Platform, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def writes(_ctx: Context, session: Any, _host: Host) -> None:
        await session.execute(repository.INSERT_DOMAINS, domains=["hook.example"])
        raise RuntimeError

    monkeypatch.setattr(ailing, "on_disable", writes)
    async with platform() as host:
        await host.get(TenantService).disable_module(ctx, "ward")
        with pytest.raises(ModuleHookFailed):
            await host.get(TenantService).disable_module(ctx, "clinic")
        assert (await host.get(TenantQueries).tenant(ctx)).domains == ()


async def test_a_new_tenant_has_its_modules_hooks_run(platform: Platform) -> None:
    async with platform() as host:
        await host.get(TenantService).create(TenantCreate(slug="born", name="Born"))
        assert ailing.CALLS == [("enable", "born")]
        ailing.WORSE["clinic.on_enable"] = ailing.Occupied("Bed 7 is taken.")
        with pytest.raises(ailing.Occupied):
            await host.get(TenantService).create(TenantCreate(slug="unborn", name="Unborn"))
        slugs = [tenant.slug for tenant in await host.get(TenantDirectory).all()]
        assert slugs == ["born"]


async def test_what_a_killed_process_left_begun_is_told_to_have_failed(
    platform: Platform, ctx: Context, database: TestDatabase
) -> None:
    async with platform() as host:
        log = host.get(ModuleJournal)
        killed = await log.start(ctx, "clinic", "disable")
        assert await log.recover() == 0
        connection = await asyncpg.connect(database.owner_url)
        await connection.execute("ALTER TABLE tenant_module_changes NO FORCE ROW LEVEL SECURITY")
        await connection.execute(
            "UPDATE tenant_module_changes SET started_at = started_at - $1::interval",
            ABANDONED_AFTER + timedelta(seconds=1),
        )
        await connection.close()
        running = await log.start(ctx, "clinic", "disable")
        assert killed != running
        assert await log.recover() == 1
        assert await journal(host, ctx, "clinic") == [
            ("disable", "started", None),
            ("disable", "failed", ABANDONED),
        ]
        assert "clinic" in await switched_on(host, ctx)


async def test_a_switch_that_is_cancelled_changes_nothing(
    platform: Platform, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, never = asyncio.Event(), asyncio.Event()

    async def hangs(_ctx: Context, _session: Any, _host: Host) -> None:
        reached.set()
        await never.wait()

    monkeypatch.setattr(ailing, "on_disable", hangs)
    async with platform() as host:
        service = host.get(TenantService)
        await service.disable_module(ctx, "ward")
        switching = asyncio.create_task(service.disable_module(ctx, "clinic"))
        await reached.wait()
        switching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await switching
        assert "clinic" in await switched_on(host, ctx)
        assert await journal(host, ctx, "clinic") == [("disable", "started", None)]
        monkeypatch.undo()
        await service.disable_module(ctx, "clinic")
        assert "clinic" not in await switched_on(host, ctx)


async def test_a_failed_module_is_not_switched_on(platform: Platform, ctx: Context) -> None:
    async with platform() as host:
        service = host.get(TenantService)
        for name in ("ward", "clinic"):
            await service.disable_module(ctx, name)
        ailing.WORSE["clinic.health"] = RuntimeError("secret words")
        await ModuleWatch(host).look()
        with pytest.raises(ModuleFailed):
            await service.enable_module(ctx, "clinic")
        with pytest.raises(ModuleUnknown):
            await service.enable_module(ctx, "nonsense")


async def test_the_journal_is_shown_to_staff(
    platform: Platform, ctx: Context, database: TestDatabase
) -> None:
    async with platform() as host:
        await host.get(TenantService).disable_module(ctx, "ward")
        changes = await host.get(TenantQueries).module_changes(ctx, "ward")
        assert isinstance(changes[0], ModuleChange)
        async with visited(host, ctx.tenant) as client:
            refused = await client.get("/api/v1/admin/modules/ward/changes")
            assert refused.status_code == 401


async def test_two_switches_share_a_request_and_its_key(
    platform: Platform, ctx: Context, token: SignIn
) -> None:
    async with platform() as host:
        service = host.get(TenantService)
        await service.disable_module(ctx, "ward")
        await service.disable_module(ctx, "clinic")
        headers = {
            **bearer(await token(ctx, MODULE_UPDATE, TENANT_READ)),
            "idempotency-key": "once",
        }
        query = """
            mutation {
              clinic: moduleEnable(name: "clinic") { userErrors { code } }
              ward: moduleEnable(name: "ward") { userErrors { code } }
            }
        """
        async with visited(host, ctx.tenant) as client:
            for _ in range(2):
                answer = await client.post("/graphql", json={"query": query}, headers=headers)
                assert answer.json()["data"] == {
                    "clinic": {"userErrors": []},
                    "ward": {"userErrors": []},
                }
            shown = await client.get("/api/v1/admin/modules/ward/changes", headers=headers)
        assert [change["state"] for change in shown.json()] == ["done", "done"]
        assert {"clinic", "ward"} <= await switched_on(host, ctx)
        assert ailing.CALLS.count(("enable", "acme")) == 1


async def test_a_refusing_hook_tells_the_caller_why(
    platform: Platform, ctx: Context, token: SignIn
) -> None:
    async with platform() as host:
        await host.get(TenantService).disable_module(ctx, "ward")
        ailing.WORSE["clinic.on_disable"] = ailing.Occupied("Bed 7 is taken.")
        headers = bearer(await token(ctx, MODULE_UPDATE, TENANT_READ))
        headers["idempotency-key"] = "another"
        async with visited(host, ctx.tenant) as client:
            refused = await client.delete("/api/v1/admin/modules/clinic", headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (409, "OCCUPIED")
        assert (await journal(host, ctx, "clinic"))[0] == (
            "disable",
            "failed",
            "OCCUPIED: Bed 7 is taken.",
        )
