"""`rustok api-key`: what an operator does with machines' keys at the terminal."""

import json

from rustok.core.host import Host
from rustok.core.identity import Authenticator
from rustok.core.tenants import TenantDirectory
from tests.cli.conftest import Command


async def test_a_key_is_printed_once_and_works_until_it_is_revoked(
    command: Command, host: Host
) -> None:
    await command("tenant", "create", "shop")
    made = await command(
        "api-key",
        "create",
        "ERP",
        "--tenant=shop",
        "--permission=product:read",
        "--permission=product:create",
        "--expires-at=2999-01-31T00:00:00+0000",
    )
    assert made.code == 0
    secret = made.output.strip()
    assert secret.startswith("sk_")
    assert "is not shown again" in made.errors
    assert secret not in made.errors
    tenant = await host.get(TenantDirectory).by_slug("shop")
    actor = await host.get(Authenticator).authenticate(tenant, secret)
    assert actor.permissions == {"product:read", "product:create"}

    (listed,) = json.loads((await command("api-key", "list", "--tenant=shop", "--json")).output)
    assert (listed["name"], listed["hint"], listed["status"]) == ("ERP", secret[-4:], "active")
    assert (listed["createdBy"], listed["expiresAt"]) == (None, "2999-01-31T00:00:00Z")
    table = (await command("api-key", "list", "--tenant=shop")).output
    assert "ERP" in table
    assert secret not in table

    revoked = await command("api-key", "revoke", listed["id"], "--tenant=shop")
    assert revoked.output == f"{listed['id']} (ERP) is revoked.\n"
    again = await command("api-key", "revoke", listed["id"], "--tenant=shop", "--json")
    assert json.loads(again.output)["status"] == "revoked"


async def test_what_is_wrong_with_a_key_is_said(command: Command) -> None:
    await command("tenant", "create", "shop")
    unknown = await command("api-key", "create", "ERP", "--tenant=shop", "--permission=no:such")
    assert unknown.code == 1
    assert "no:such" in unknown.errors
    missing = await command("api-key", "revoke", "key_00000000000000000000000000", "--tenant=shop")
    assert missing.errors.endswith("[NOT_FOUND]\n")
    made = await command(
        "api-key", "create", "ERP", "--tenant=shop", "--permission=product:read", "--json"
    )
    assert json.loads(made.output)["secret"].startswith("sk_")
