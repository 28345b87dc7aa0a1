"""`rustok api-key`."""

from datetime import datetime
from typing import Annotated

import typer

from rustok.app.cli.options import Json, Tenant
from rustok.app.cli.output import complain, say, say_json, say_table
from rustok.app.cli.session import context_of, on_host
from rustok.auth.service import ApiKeyService
from rustok.auth.types import API_KEY_ID, ApiKey, ApiKeyFilter, IssuedApiKey, NewApiKey
from rustok.core.host import Host

PAGE = 100
application = typer.Typer(name="api-key", no_args_is_help=True, rich_markup_mode=None)


@application.callback()
def group() -> None:
    """Create, list and revoke the keys that machines sign in with."""


@application.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for, such as ERP.")],
    tenant: Tenant,
    permission: Annotated[
        list[str], typer.Option("--permission", help="What it may do; may be repeated.")
    ],
    expires_at: Annotated[
        datetime | None,
        typer.Option(
            "--expires-at",
            help="When it ends, such as 2027-01-31T00:00:00+0000; without it, never.",
            formats=["%Y-%m-%dT%H:%M:%S%z"],
            metavar="TIME",
        ),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Create an API key, and print it: it is shown this once."""
    given = NewApiKey(name=name, permissions=tuple(permission), expires_at=expires_at)

    async def run(host: Host) -> IssuedApiKey:
        return await host.get(ApiKeyService).create(await context_of(host, tenant), given)

    made = on_host(run)
    if as_json:
        say_json({**_row(made.api_key), "secret": made.secret})
        return
    complain(f"{API_KEY_ID.text(made.api_key.id)} created. This is not shown again:")
    say(made.secret)


@application.command("list")
def list_all(tenant: Tenant, *, as_json: Json = False) -> None:
    """List a tenant's API keys, the newest first, without their secrets."""

    async def run(host: Host) -> list[ApiKey]:
        ctx = await context_of(host, tenant)
        found: list[ApiKey] = []
        after: str | None = None
        while True:
            page = await host.get(ApiKeyService).list(ctx, ApiKeyFilter(), first=PAGE, after=after)
            found.extend(page.items)
            if not page.has_next:
                return found
            after = page.cursors[-1]

    found = on_host(run)
    if as_json:
        say_json([_row(key) for key in found])
        return
    rows = [
        (API_KEY_ID.text(key.id), key.name, key.hint, key.status, key.last_used_at, key.expires_at)
        for key in found
    ]
    say_table(("ID", "NAME", "HINT", "STATUS", "LAST USED", "EXPIRES"), rows)


@application.command()
def revoke(
    key: Annotated[str, typer.Argument(help="The key's id, key_...", metavar="ID")],
    tenant: Tenant,
    *,
    as_json: Json = False,
) -> None:
    """Revoke an API key: it ends within a second, for good."""

    async def run(host: Host) -> ApiKey:
        ctx = await context_of(host, tenant)
        return (await host.get(ApiKeyService).revoke(ctx, API_KEY_ID.parse(key))).api_key

    revoked = on_host(run)
    if as_json:
        say_json(_row(revoked))
    else:
        say(f"{key} ({revoked.name}) is revoked.")


def _row(key: ApiKey) -> dict[str, object]:
    creator = key.created_by
    return {
        "id": API_KEY_ID.text(key.id),
        "name": key.name,
        "hint": key.hint,
        "status": key.status,
        "permissions": key.permissions,
        "createdAt": key.created_at,
        "createdBy": None if creator is None else creator.id,
        "expiresAt": key.expires_at,
        "revokedAt": key.revoked_at,
        "lastUsedAt": key.last_used_at,
    }
