"""Tenants are made, changed and switched; every process hears of it."""

import asyncio

import pytest

from rustok.app.bootstrap import open_host
from rustok.core.context import Context, TenantRef, system_context
from rustok.core.errors import Forbidden, PreconditionFailed, Unauthenticated, ValidationFailed
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory, TenantDisabled, TenantUnknown
from rustok.tenant.errors import DomainTaken, ModuleRequired, ModuleUnknown, SlugTaken
from rustok.tenant.permissions import TENANT_READ, TENANT_UPDATE
from rustok.tenant.queries import TenantQueries
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantCreate, TenantUpdate
from rustok.testing.actors import as_actor, as_anonymous
from rustok.testing.databases import SECRET, TestDatabase


async def test_a_new_tenant_is_found_by_slug_id_and_domain(host: Host) -> None:
    given = TenantCreate(slug="shop", name="Shop", domains=("Shop.Example",), locales=("de",))

    made = await host.get(TenantService).create(given)

    directory = host.get(TenantDirectory)
    for found in (
        await directory.by_slug("shop"),
        await directory.by_id(made.id),
        await directory.by_domain("shop.example"),
    ):
        assert found == made
    assert made.locales == ("en", "de")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (TenantCreate(slug="api", name="x"), "RESERVED_SLUG"),
        (TenantCreate(slug="A b", name="x"), "INVALID_SLUG"),
        (TenantCreate(slug="ok", name=" "), "INVALID_NAME"),
        (TenantCreate(slug="ok", name="x", currency="EURO"), "UNKNOWN_CURRENCY"),
        (TenantCreate(slug="ok", name="x", default_locale="xx"), "UNKNOWN_LOCALE"),
        (TenantCreate(slug="ok", name="x", locales=("en", "q")), "UNKNOWN_LOCALE"),
    ],
)
async def test_a_wrong_tenant_is_refused(host: Host, given: TenantCreate, code: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        await host.get(TenantService).create(given)

    assert caught.value.errors[0].code == code
    assert await host.get(TenantDirectory).all() == []


async def test_slugs_and_domains_are_given_once(host: Host, tenant: TenantRef) -> None:
    service = host.get(TenantService)
    await service.create(TenantCreate(slug="one", name="One", domains=("one.example",)))

    with pytest.raises(SlugTaken):
        await service.create(TenantCreate(slug="one", name="Two"))
    with pytest.raises(DomainTaken):
        await service.create(TenantCreate(slug="two", name="Two", domains=("one.example",)))
    with pytest.raises(ValidationFailed):
        await service.create(TenantCreate(slug="three", name="Three", domains=("intranet",)))

    assert [one.slug for one in await host.get(TenantDirectory).all()] == ["acme", "one"]


async def test_an_update_changes_what_it_names(host: Host, ctx: Context) -> None:
    service = host.get(TenantService)

    view = await service.update(ctx, TenantUpdate(name="Acme Ltd", domains=("acme.example",)))

    assert (view.name, view.domains, view.currency) == ("Acme Ltd", ("acme.example",), "EUR")
    assert view.version == 2
    with pytest.raises(PreconditionFailed):
        await service.update(ctx, TenantUpdate(name="Late"), expected_version=1)
    assert (await host.get(TenantQueries).tenant(ctx)).name == "Acme Ltd"


async def test_who_may_not_changes_nothing(host: Host, ctx: Context) -> None:
    service, queries = host.get(TenantService), host.get(TenantQueries)
    change = TenantUpdate(name="Mine")

    with pytest.raises(Unauthenticated):
        await service.update(as_anonymous(ctx), change)
    with pytest.raises(Forbidden):
        await service.update(as_actor(ctx, TENANT_READ), change)

    assert (await queries.tenant(as_actor(ctx, TENANT_READ))).name == "Acme"
    assert (await service.update(as_actor(ctx, TENANT_UPDATE), change)).name == "Mine"


async def test_a_disabled_tenant_is_refused_and_comes_back(host: Host, ctx: Context) -> None:
    service, directory = host.get(TenantService), host.get(TenantDirectory)
    await directory.by_slug("acme")

    await service.disable(ctx)
    await until(lambda: refused(directory, TenantDisabled))
    assert (await directory.any_by_id(ctx.tenant.id)).slug == "acme"

    await service.enable(ctx)
    await until(lambda: found(directory))


async def test_other_processes_hear_of_it_within_a_second(
    database: TestDatabase, host: Host
) -> None:
    async with open_host(
        database.config, database.modules, database.urls, SECRET, workers=False
    ) as other:
        elsewhere = other.get(TenantDirectory)
        with pytest.raises(TenantUnknown):
            await elsewhere.by_slug("acme")

        given = TenantCreate(slug="acme", name="Acme")
        made = await host.get(TenantService).create(given)
        async with asyncio.timeout(1):
            await until(lambda: found(elsewhere))

        await host.get(TenantService).disable(system_context(made))
        async with asyncio.timeout(1):
            await until(lambda: refused(elsewhere, TenantDisabled))


async def test_core_modules_cannot_be_disabled(host: Host, ctx: Context) -> None:
    with pytest.raises(ModuleRequired):
        await host.get(TenantService).disable_module(ctx, "tenant")
    with pytest.raises(ModuleUnknown):
        await host.get(TenantService).disable_module(ctx, "nothing")


async def found(directory: TenantDirectory) -> bool:
    try:
        return (await directory.by_slug("acme")).slug == "acme"
    except (TenantUnknown, TenantDisabled):
        return False


async def refused(directory: TenantDirectory, error: type[Exception]) -> bool:
    try:
        await directory.by_slug("acme")
    except error:
        return True
    return False


async def until(condition: object) -> None:
    """Waits for a condition, at most 5 s."""
    assert callable(condition)
    async with asyncio.timeout(5):
        while not await condition():  # noqa: ASYNC110  # what is waited for is elsewhere
            await asyncio.sleep(0.01)
