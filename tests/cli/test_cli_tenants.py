"""`rustok tenant`, `rustok user` and `rustok module` do what the services do, and say so."""

import json

from rustok.auth.service import AuthService
from rustok.auth.types import Credentials
from rustok.core.context import system_context
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory
from tests.cli.conftest import Command

CREATE = ("tenant", "create", "shop", "--name", "A Shop", "--locale", "de", "--locales", "en,fr-CH")
MORE = ("--currency", "CHF", "--domain", "shop.example", "--domain", "www.shop.example", "--json")


async def test_a_tenant_is_created_with_everything_that_was_asked_for(
    command: Command, host: Host
) -> None:
    finished = await command(*CREATE, *MORE)
    assert (finished.code, finished.errors) == (0, "")
    shown = json.loads(finished.output)
    made = await host.get(TenantDirectory).by_domain("shop.example")
    assert (made.slug, made.name, made.currency) == ("shop", "A Shop", "CHF")
    assert (made.default_locale, made.locales) == ("de", ("de", "en", "fr-CH"))
    assert shown["id"] == str(made.id)
    assert shown["domains"] == ["shop.example", "www.shop.example"]


async def test_a_slug_that_is_taken_is_one_clear_sentence(command: Command) -> None:
    assert (await command("tenant", "create", "shop")).code == 0
    again = await command("tenant", "create", "shop")
    assert (again.code, again.output) == (1, "")
    assert again.errors.startswith("error: ")
    assert again.errors.endswith("[SLUG_TAKEN]\n")
    assert again.errors.count("\n") == 1


async def test_a_disabled_tenant_is_still_listed_and_can_be_enabled(command: Command) -> None:
    await command("tenant", "create", "shop")
    assert (await command("tenant", "disable", "shop")).code == 0
    listed = json.loads((await command("tenant", "list", "--json")).output)
    assert [(t["slug"], t["status"]) for t in listed] == [("shop", "disabled")]
    assert (await command("tenant", "enable", "shop")).code == 0
    assert "active" in (await command("tenant", "list")).output


async def test_an_unknown_tenant_is_said_to_be_unknown(command: Command) -> None:
    finished = await command("user", "list", "--tenant", "nobody")
    assert finished.code == 1
    assert finished.errors == "error: There is no tenant 'nobody'. [TENANT_UNKNOWN]\n"


async def test_a_user_signs_in_with_the_password_that_was_typed_last(
    command: Command, host: Host
) -> None:
    await command("tenant", "create", "shop")
    made = await command(
        "user",
        "create",
        "ada@example.com",
        "--tenant=shop",
        "--role=manager",
        "--password-stdin",
        "--json",
        given="the first of her passwords\n",
    )
    assert json.loads(made.output)["roles"] == ["manager"]
    changed = await command(
        "user",
        "set-password",
        "Ada@example.com",
        "--tenant=shop",
        "--password-stdin",
        given="another password, and a longer one\n",
    )
    assert (changed.code, changed.errors) == (0, "")
    ctx = system_context(await host.get(TenantDirectory).by_slug("shop"))
    credentials = Credentials(
        email="ada@example.com", password="another password, and a longer one"
    )
    signed_in = await host.get(AuthService).login(ctx, credentials)
    assert signed_in.user.email == "ada@example.com"
    listed = json.loads((await command("user", "list", "--tenant=shop", "--json")).output)
    assert [user["email"] for user in listed] == ["ada@example.com"]


async def test_without_a_terminal_a_password_is_not_asked_for(command: Command) -> None:
    await command("tenant", "create", "shop")
    finished = await command("user", "create", "ada@example.com", "--tenant", "shop")
    assert finished.code == 1
    assert finished.errors.endswith("[NO_PASSWORD]\n")


async def test_a_module_of_the_platform_cannot_be_switched_off(command: Command) -> None:
    await command("tenant", "create", "shop")
    listed = json.loads((await command("module", "list", "--tenant=shop", "--json")).output)
    assert {"auth", "tenant"} <= {module["name"] for module in listed if module["enabled"]}
    refused = await command("module", "disable", "auth", "--tenant=shop")
    assert (refused.code, refused.errors[-18:]) == (1, "[MODULE_REQUIRED]\n")
    unknown = await command("module", "enable", "nothing", "--tenant=shop")
    assert (unknown.code, unknown.errors[-17:]) == (1, "[MODULE_UNKNOWN]\n")
