"""`rustok tenant`."""

from typing import Annotated

import typer

from rustok.app.cli.options import Json
from rustok.app.cli.output import say, say_json, say_table
from rustok.app.cli.session import context_of, on_host
from rustok.core.context import system_context
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory
from rustok.tenant import repository
from rustok.tenant.directory import NOWHERE
from rustok.tenant.queries import TenantQueries
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantCreate, TenantView

application = typer.Typer(name="tenant", no_args_is_help=True, rich_markup_mode=None)
Slug = Annotated[str, typer.Argument(help="The tenant's slug.")]


@application.callback()
def group() -> None:
    """Create, list and switch tenants."""


@application.command()
def create(
    slug: Annotated[str, typer.Argument(help="Its name in addresses: a-z, 0-9 and hyphens.")],
    name: Annotated[
        str, typer.Option("--name", help="Its name for people; the slug without.")
    ] = "",
    locale: Annotated[str, typer.Option("--locale", help="Its first language.")] = "en",
    locales: Annotated[
        str, typer.Option("--locales", help="Its other languages, such as de,fr-CH.")
    ] = "",
    currency: Annotated[str, typer.Option("--currency", help="Its currency, ISO 4217.")] = "EUR",
    domain: Annotated[
        list[str] | None, typer.Option("--domain", help="A domain of its own; may be repeated.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Create a tenant."""
    given = TenantCreate(
        slug=slug,
        name=name or slug,
        default_locale=locale,
        locales=tuple(part for part in locales.replace(",", " ").split() if part),
        currency=currency,
        domains=tuple(domain or ()),
    )

    async def run(host: Host) -> TenantView:
        made = await host.get(TenantService).create(given)
        return await host.get(TenantQueries).tenant(system_context(made))

    _show(on_host(run), as_json=as_json, done="created")


@application.command("list")
def list_all(*, as_json: Json = False) -> None:
    """List all tenants, also those that are switched off."""

    async def run(host: Host) -> list[TenantView]:
        assert host.worker is not None
        async with host.worker.read(system_context(NOWHERE)) as session:
            ids = await session.all(repository.ALL, statuses=["active", "disabled"])
        directory, queries = host.get(TenantDirectory), host.get(TenantQueries)
        tenants = [await directory.any_by_id(tenant_id) for tenant_id in ids]
        return [await queries.tenant(system_context(tenant)) for tenant in tenants]

    found = on_host(run)
    if as_json:
        say_json(found)
        return
    rows = [(t.slug, t.name, t.status, t.locales, t.currency, t.domains) for t in found]
    say_table(("SLUG", "NAME", "STATUS", "LOCALES", "CURRENCY", "DOMAINS"), rows)


@application.command()
def disable(slug: Slug, *, as_json: Json = False) -> None:
    """Switch a tenant off: its requests are refused, its data stays."""
    _switch(slug, on=False, as_json=as_json)


@application.command()
def enable(slug: Slug, *, as_json: Json = False) -> None:
    """Switch a tenant on again."""
    _switch(slug, on=True, as_json=as_json)


def _switch(slug: str, *, on: bool, as_json: bool) -> None:
    async def run(host: Host) -> TenantView:
        ctx = await context_of(host, slug)
        service = host.get(TenantService)
        await (service.enable(ctx) if on else service.disable(ctx))
        return await host.get(TenantQueries).tenant(ctx)

    _show(on_host(run), as_json=as_json, done="enabled" if on else "disabled")


def _show(tenant: TenantView, *, as_json: bool, done: str) -> None:
    if as_json:
        say_json(tenant)
    else:
        say(f"Tenant {tenant.slug} ({tenant.id}) {done}.")
