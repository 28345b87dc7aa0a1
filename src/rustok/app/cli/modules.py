"""`rustok module`."""

from typing import Annotated

import typer

from rustok.app.cli.options import Json, Tenant
from rustok.app.cli.output import say, say_json, say_table
from rustok.app.cli.session import context_of, on_host
from rustok.core.host import Host
from rustok.tenant.queries import TenantQueries
from rustok.tenant.service import TenantService
from rustok.tenant.types import ModuleChange, ModuleView

application = typer.Typer(name="module", no_args_is_help=True, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(help="The module's name.")]


@application.callback()
def group() -> None:
    """List modules, switch them for a tenant, and see what became of that."""


@application.command("list")
def list_all(tenant: Tenant, *, as_json: Json = False) -> None:
    """List the installed modules, whether the tenant has them on, and how they stand here."""

    async def run(host: Host) -> list[ModuleView]:
        return await host.get(TenantQueries).modules(await context_of(host, tenant))

    _show(on_host(run), as_json=as_json)


@application.command()
def enable(name: Name, tenant: Tenant, *, as_json: Json = False) -> None:
    """Switch a module on for a tenant, with all it requires."""
    _switch(name, tenant, on=True, as_json=as_json)


@application.command()
def disable(name: Name, tenant: Tenant, *, as_json: Json = False) -> None:
    """Switch a module off for a tenant; its data stays."""
    _switch(name, tenant, on=False, as_json=as_json)


@application.command()
def changes(name: Name, tenant: Tenant, *, as_json: Json = False) -> None:
    """List the last switches of a module for a tenant, failed ones with their reason."""

    async def run(host: Host) -> list[ModuleChange]:
        return await host.get(TenantQueries).module_changes(await context_of(host, tenant), name)

    found = on_host(run)
    if as_json:
        say_json(found)
        return
    rows = [(c.started_at, c.action, c.state, c.ended_at, c.error) for c in found]
    say_table(("STARTED", "ACTION", "STATE", "ENDED", "ERROR"), rows)


def _switch(name: str, tenant: str, *, on: bool, as_json: bool) -> None:
    async def run(host: Host) -> list[ModuleView]:
        ctx = await context_of(host, tenant)
        service = host.get(TenantService)
        await (service.enable_module(ctx, name) if on else service.disable_module(ctx, name))
        return await host.get(TenantQueries).modules(ctx)

    changed = on_host(run)
    if as_json:
        say_json(changed)
    else:
        say(f"{name} is {'on' if on else 'off'} for {tenant}.")


def _show(found: list[ModuleView], *, as_json: bool) -> None:
    if as_json:
        say_json(found)
        return
    rows = [(m.name, m.version, m.enabled, m.state, m.core, m.requires, m.summary) for m in found]
    say_table(("MODULE", "VERSION", "ON", "STATE", "CORE", "REQUIRES", "SUMMARY"), rows)
