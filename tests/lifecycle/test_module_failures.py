"""A module that does not work takes nothing down but itself and those that require it."""

import asyncio

import httpx
import msgspec
import pytest

from rustok.app.lifecycle import watch
from rustok.app.lifecycle.watch import ModuleWatch
from rustok.app.workers import all_workers
from rustok.core.context import Context, TenantRef
from rustok.core.errors import DatabaseUnavailable
from rustok.core.health import Degraded
from rustok.core.host import Host
from rustok.core.metrics import ProcessMetrics
from rustok.core.modules.building import CoreModuleFailed
from rustok.core.modules.manifest import Module
from rustok.core.modules.states import CHECK_SECONDS, ModuleStates
from rustok.core.settings import BadSettings
from rustok.tenant.service import TenantService
from rustok.testing.databases import TestDatabase
from rustok.testing.operations import error_codes
from tests.lifecycle import ailing
from tests.lifecycle.conftest import Platform, visited
from tests.responses.conftest import hearing

BEDS = "{ clinicBeds }"
OPEN = "mutation { clinicOpen { open } }"


def state(host: Host, name: str) -> str:
    return host.get(ModuleStates)[name].state


async def ask(client: httpx.AsyncClient, query: str) -> httpx.Response:
    accept = {"accept": "application/graphql-response+json"}
    return await client.post("/graphql", json={"query": query}, headers=accept)


async def test_the_platform_starts_without_what_cannot_be_built(
    platform: Platform, tenant: TenantRef
) -> None:
    ailing.WORSE["clinic.build"] = OSError("no water")
    async with platform() as host, visited(host, tenant) as client:
        assert (state(host, "clinic"), state(host, "ward")) == ("failed", "failed")
        assert (await client.get("/api/v1/store/tenant")).status_code == 200
        assert (await client.get("/")).status_code == 200
        for path in ("/api/v1/clinic", "/api/v1/ward"):
            refused = await client.get(path)
            assert (refused.status_code, refused.json()["code"]) == (503, "MODULE_FAILED")
            assert refused.headers["retry-after"] == str(CHECK_SECONDS)


async def test_fields_of_a_failed_module_say_so_and_all_others_answer(
    platform: Platform, tenant: TenantRef
) -> None:
    ailing.WORSE["clinic.build"] = OSError("no water")
    async with platform() as host, visited(host, tenant) as client:
        refused = await ask(client, BEDS)
        assert (refused.status_code, error_codes(refused)) == (503, {"MODULE_FAILED"})
        assert refused.headers["retry-after"] == str(CHECK_SECONDS)
        assert refused.json()["errors"][0]["extensions"]["module"] == "clinic"
        answered = await ask(client, "{ tenant { slug } }")
        assert answered.json()["data"] == {"tenant": {"slug": tenant.slug}}
        batch = await client.post(
            "/graphql", json=[{"query": BEDS}, {"query": "{ tenant { slug } }"}]
        )
        first, second = batch.json()
        assert first["errors"][0]["extensions"]["code"] == "MODULE_FAILED"
        assert second["data"] == {"tenant": {"slug": tenant.slug}}


async def test_it_works_once_it_can_be_built(platform: Platform, tenant: TenantRef) -> None:
    ailing.WORSE["clinic.build"] = OSError("no water")
    async with platform() as host, visited(host, tenant) as client:
        looking = ModuleWatch(host)
        await looking.look()
        assert (await client.get("/api/v1/ward")).status_code == 503
        ailing.WORSE.clear()
        await looking.look()
        assert (state(host, "clinic"), state(host, "ward")) == ("healthy", "healthy")
        assert (await client.get("/api/v1/clinic")).json() == 7
        assert (await client.get("/api/v1/ward")).json() == 6
        assert (await ask(client, BEDS)).json()["data"] == {"clinicBeds": 7}


async def test_a_modules_own_word_fails_it_and_takes_it_back(
    platform: Platform, tenant: TenantRef
) -> None:
    async with platform() as host, visited(host, tenant) as client:
        looking = ModuleWatch(host)
        assert (await client.get("/api/v1/clinic")).status_code == 200
        ailing.WORSE["clinic.health"] = RuntimeError("secret words")
        await looking.look()
        standing = host.get(ModuleStates)["clinic"]
        assert (standing.state, standing.reason) == ("failed", "health: RuntimeError")
        assert state(host, "ward") == "failed"
        assert (await client.get("/api/v1/clinic")).json()["code"] == "MODULE_FAILED"
        ailing.WORSE.clear()
        await looking.look()
        assert (state(host, "clinic"), state(host, "ward")) == ("healthy", "healthy")
        assert (await client.get("/api/v1/clinic")).status_code == 200


async def test_a_degraded_module_reads_and_does_not_write(
    platform: Platform, tenant: TenantRef
) -> None:
    async with platform() as host, visited(host, tenant) as client:
        assert (await ask(client, OPEN)).json()["data"] == {"clinicOpen": {"open": True}}
        ailing.WORSE["clinic.health"] = Degraded("half of the staff is away")
        await ModuleWatch(host).look()
        assert state(host, "ward") == "healthy"
        assert (await client.get("/api/v1/clinic")).json() == 7
        assert (await ask(client, BEDS)).json()["data"] == {"clinicBeds": 7}
        refused = await client.post("/api/v1/clinic")
        assert (refused.status_code, refused.json()["code"]) == (503, "MODULE_DEGRADED")
        hidden = (
            "mutation { ...on Mutation { ...F } } fragment F on Mutation { a: clinicOpen { open } }"
        )
        for query in (OPEN, hidden):
            refused = await ask(client, query)
            assert (refused.status_code, error_codes(refused)) == (503, {"MODULE_DEGRADED"})
            batch = await client.post("/graphql", json=[{"query": query}])
            assert batch.json()[0]["errors"][0]["extensions"]["code"] == "MODULE_DEGRADED"


@pytest.mark.parametrize(("fallback", "status"), [("serve", 201), ("refuse", 503)])
async def test_the_fallback_is_the_modules_choice(
    platform: Platform, tenant: TenantRef, fallback: str, status: int
) -> None:
    clinic = msgspec.structs.replace(ailing.CLINIC, fallback=fallback)
    ailing.WORSE["clinic.health"] = Degraded("half of the staff is away")
    async with platform(clinic) as host, visited(host, tenant) as client:
        assert (await client.post("/api/v1/clinic")).status_code == status
        assert ((await client.get("/api/v1/clinic")).status_code == 503) == (status == 503)


async def test_a_database_that_is_away_is_not_the_modules_failure(platform: Platform) -> None:
    async with platform() as host:
        ailing.WORSE["clinic.health"] = DatabaseUnavailable()
        await ModuleWatch(host).look()
        assert state(host, "clinic") == "healthy"


async def test_subscribers_that_cannot_be_made_fail_their_module_for_good(
    platform: Platform, tenant: TenantRef
) -> None:
    async with platform() as host:
        ailing.WORSE["clinic.subscribers"] = KeyError("nobody")
        all_workers(host)
        assert (state(host, "clinic"), state(host, "ward")) == ("failed", "failed")
        ailing.WORSE.clear()
        await ModuleWatch(host).look()
        assert state(host, "clinic") == "failed"


async def test_without_a_core_module_nothing_starts(platform: Platform) -> None:
    ailing.WORSE["clinic.build"] = OSError("no water")
    with pytest.raises(CoreModuleFailed, match="clinic"):
        async with platform(_core(ailing.CLINIC)):
            pass


async def test_an_operator_leaves_modules_out(platform: Platform, tenant: TenantRef) -> None:
    async with (
        platform(disabled_modules=("clinic", "ward")) as host,
        visited(host, tenant) as client,
    ):
        assert state(host, "clinic") == "disabled"
        refused = await client.get("/api/v1/clinic")
        assert (refused.status_code, refused.json()["code"]) == (404, "MODULE_DISABLED")
        assert error_codes(await ask(client, BEDS)) == {"MODULE_DISABLED"}
        await ModuleWatch(host).look()
        assert state(host, "clinic") == "disabled"


async def test_what_cannot_be_left_out_is_said_at_once(platform: Platform) -> None:
    with pytest.raises(BadSettings) as raised:
        async with platform(disabled_modules=("clinic", "tenant", "nonsense")):
            pass
    text = str(raised.value)
    assert "clinic is required by ward" in text
    assert "tenant is part of the platform" in text
    assert "no module 'nonsense' is installed" in text


async def test_states_are_shown_and_counted(
    platform: Platform, tenant: TenantRef, ctx: Context
) -> None:
    async with platform() as host, visited(host, tenant) as client:
        ailing.WORSE["clinic.health"] = RuntimeError("secret words")
        await ModuleWatch(host).look()
        shown = (await client.get("/health/modules")).json()
        assert shown["status"] == "warn"
        clinic = shown["modules"]["clinic"]
        assert (clinic["state"], clinic["reason"]) == ("failed", "health: RuntimeError")
        assert shown["modules"]["tenant"]["state"] == "healthy"
        text = host.get(ProcessMetrics).text().decode()
        assert 'rustok_module_state{module="clinic",state="failed"} 1.0' in text
        assert 'rustok_module_transitions_total{module="clinic",state="failed"} 1.0' in text
        ready = (await client.get("/health/ready")).json()
        assert (ready["status"], ready["checks"]["modules"]["status"]) == ("warn", "warn")


async def test_pages_of_a_shop_that_cannot_be_started_are_503_until_it_can(
    platform: Platform, tenant: TenantRef, database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = database.modules["commerce"]
    builds = shop.part("services")

    def build(host: Host) -> dict[str, object]:
        ailing.suffer("shop.build")
        found: dict[str, object] = builds(host)
        return found

    monkeypatch.setattr(ailing, "build_shop", build, raising=False)
    ailing.WORSE["shop.build"] = OSError("no goods")
    failing = msgspec.structs.replace(shop, services="tests.lifecycle.ailing:build_shop")
    async with platform(failing) as host, visited(host, tenant) as client:
        for path in ("/", "/search", "/products/nothing"):
            page = await client.get(path, headers={"accept": "text/html"})
            assert (page.status_code, page.headers["retry-after"]) == (503, str(CHECK_SECONDS))
            assert page.headers["content-type"].startswith("text/html")
        assert (await client.get("/sitemap.xml")).status_code == 503
        assert (await client.get("/api/v1/store/products")).json()["code"] == "MODULE_FAILED"
        ailing.WORSE.clear()
        await ModuleWatch(host).look()
        assert (await client.get("/search")).status_code == 200
        assert (await client.get("/api/v1/store/products")).status_code == 200


async def test_a_tenant_that_has_it_off_hears_that_first(
    platform: Platform, tenant: TenantRef, ctx: Context
) -> None:
    async with platform() as host:
        for name in ("ward", "clinic"):
            await host.get(TenantService).disable_module(ctx, name)
        ailing.WORSE["clinic.health"] = RuntimeError("secret words")
        await ModuleWatch(host).look()
        async with visited(host, tenant) as client:
            assert (await client.get("/api/v1/clinic")).json()["code"] == "MODULE_DISABLED"
            assert error_codes(await ask(client, BEDS)) == {"MODULE_DISABLED"}


def _core(module: Module) -> Module:
    return msgspec.structs.replace(module, core=True)


async def test_a_check_without_an_answer_is_no_failure(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(_host: Host) -> None:
        await asyncio.get_running_loop().create_future()

    async with platform() as host:
        monkeypatch.setattr(watch, "LIMIT_SECONDS", 0.01)
        monkeypatch.setattr(ailing, "health", hangs)
        await ModuleWatch(host).look()
        standing = host.get(ModuleStates)["clinic"]
        assert (standing.state, standing.reason) == ("degraded", "health: no answer within 0.01 s")


@pytest.mark.parametrize("part", ["rest", "graphql"])
async def test_what_cannot_be_loaded_is_left_out(
    platform: Platform, tenant: TenantRef, part: str
) -> None:
    clinic = msgspec.structs.replace(ailing.CLINIC, **{part: "tests.lifecycle.nothing:AT_ALL"})
    async with platform(clinic, ailing.WARD) as host, visited(host, tenant) as client:
        assert (state(host, "clinic"), state(host, "ward")) == ("failed", "failed")
        assert host.get(ModuleStates)["clinic"].reason == f"{part}: ModuleNotFoundError"
        assert (await client.get("/api/v1/store/tenant")).status_code == 200
        assert (await ask(client, "{ tenant { slug } }")).status_code == 200
        assert (await client.get("/api/v1/ward")).json()["code"] == "MODULE_FAILED"
        await ModuleWatch(host).look()
        assert state(host, "clinic") == "failed"


async def test_kept_answers_fall_with_their_module(platform: Platform, tenant: TenantRef) -> None:
    async with platform() as host, visited(host, tenant) as client:
        await hearing(host)
        kept = {"query": BEDS}
        answered = await client.get("/graphql", params=kept)
        assert answered.json()["data"] == {"clinicBeds": 7}
        assert answered.headers["cache-control"].startswith("public")
        ailing.WORSE["clinic.health"] = RuntimeError("secret words")
        await ModuleWatch(host).look()
        # what is kept for everyone fell with it
        assert error_codes(await client.get("/graphql", params=kept)) == {"MODULE_FAILED"}
