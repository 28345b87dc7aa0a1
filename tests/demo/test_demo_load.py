"""The demo is loaded once, whole, beside whatever is there, with passwords that work."""

import stat
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from rustok.app.demo import content
from rustok.app.demo.load import load_demo
from rustok.app.processes.demo import UNFINISHED, DemoSignIns, sign_ins
from rustok.auth.service import AuthService, UserService
from rustok.auth.types import Credentials
from rustok.commerce.catalog import repository, store
from rustok.commerce.catalog.product import Product
from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.service import CategoryService, CollectionService, ProductService
from rustok.core.context import Context, system_context
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory
from rustok.storefront.theme import theme_of
from rustok.tenant.service import TenantService
from rustok.testing.databases import TestDatabase


async def context(host: Host, slug: str) -> Context:
    return system_context(await host.get(TenantDirectory).by_slug(slug))


async def products(host: Host, slug: str) -> list[Product]:
    ctx = await context(host, slug)
    async with host.db.read(ctx) as session:
        ids = await session.all(repository.NEXT_IDS, after=None, count=1_000)
        return list((await store.load(session, ids)).values())


async def check_sign_ins(host: Host, made: DemoSignIns) -> None:
    for slug, users in made.tenants.items():
        ctx = await context(host, slug)
        for role, user in users.items():
            given = Credentials(email=user.email, password=user.password)
            signed_in = await host.get(AuthService).login(ctx, given)
            assert signed_in.user.roles == (role,)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def events(host: Host) -> int:
    assert host.worker is not None
    count: int = await host.worker.pool.fetchval("SELECT count(*) FROM sys_events")
    return count


async def test_both_shops_are_there_with_everything_in_its_status(
    host: Host, tmp_path: Path
) -> None:
    await load_demo(host, tmp_path)

    for slug in content.SLUGS:
        shop, found = content.load(slug), await products(host, slug)
        assert Counter(p.status for p in found) == Counter(p.status for p in shop.products)
        assert {v.sku for p in found for v in p.variants} == {
            v.sku for p in shop.products for v in p.variants
        }
        assert sum(v.stock for p in found for v in p.variants) == sum(
            sum(v.stock.values()) for p in shop.products for v in p.variants
        )
        assert {p.category_id is not None for p in found} == {True}
        assert {len(p.translations) for p in found} == {len(shop.tenant.locales)}
    assert len(await products(host, "demo")) == 60
    assert len(await products(host, "atelier")) == 25


async def test_collections_and_categories_are_in_their_order(host: Host, tmp_path: Path) -> None:
    await load_demo(host, tmp_path)

    queries = host.get(CatalogQueries)
    for slug in content.SLUGS:
        shop, ctx = content.load(slug), await context(host, slug)
        tree = await queries.category_tree(ctx)
        assert [root.handle for root in tree] == [root.handle for root in shop.categories]
        assert [[child.handle for child in root.children] for root in tree] == [
            [child.handle for child in root.children] for root in shop.categories
        ]
        page = await queries.collections(ctx, first=100)
        assert [item.handle for item in page.items] == [item.handle for item in shop.collections]


async def test_the_storefront_reads_the_look_of_each_shop(host: Host, tmp_path: Path) -> None:
    await load_demo(host, tmp_path)

    for slug in content.SLUGS:
        given = content.load(slug).tenant
        theme = theme_of(await host.get(TenantDirectory).by_slug(slug))
        assert (theme.tagline, theme.about) == (given.tagline, given.about)
        assert (theme.accent, theme.ground_dark) == (given.theme.accent, given.theme.ground_dark)
        assert theme.hero is not None
        assert theme.hero.url == f"/static/demo/{given.art.hero.file}"


async def test_every_picture_that_a_product_names_is_shipped(host: Host, tmp_path: Path) -> None:
    await load_demo(host, tmp_path)

    for slug in content.SLUGS:
        urls = [image.url for product in await products(host, slug) for image in product.images]
        assert urls
        assert all(content.art(url.removeprefix("/static/demo/")).is_file() for url in urls)


async def test_the_file_says_exactly_how_to_sign_in(host: Host, tmp_path: Path) -> None:
    made = await load_demo(host, tmp_path)

    path = tmp_path / "demo.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = msgspec.json.decode(path.read_bytes())
    assert written == msgspec.to_builtins(made)
    assert list(written) == ["tenants"]
    assert {slug: set(users) for slug, users in written["tenants"].items()} == {
        "demo": {"admin", "customer"},
        "atelier": {"admin", "customer"},
    }
    assert names_in(tmp_path) == ["demo.json"]
    await check_sign_ins(host, made)


async def test_loading_again_changes_nothing(host: Host, tmp_path: Path) -> None:
    first = await load_demo(host, tmp_path)
    before = await events(host)

    again = await load_demo(host, tmp_path)

    assert again == first
    assert await events(host) == before


@pytest.mark.parametrize(
    ("service", "method"),
    [
        (TenantService, "create"),
        (CategoryService, "create"),
        (ProductService, "create_many"),
        (ProductService, "archive"),
        (CollectionService, "create"),
        (UserService, "create"),
    ],
)
async def test_a_load_that_breaks_off_anywhere_is_completed_by_the_next_one(
    host: Host,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    service: type[object],
    method: str,
) -> None:
    class Killed(Exception):
        pass

    done = getattr(service, method)
    calls = 0

    async def breaking(*args: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        result = await done(*args, **options)
        if calls == 2:
            raise Killed
        return result

    with monkeypatch.context() as patch:
        patch.setattr(service, method, breaking)
        with pytest.raises(Killed):
            await load_demo(host, tmp_path)
    assert (tmp_path / UNFINISHED).exists()

    made = await load_demo(host, tmp_path)

    assert not (tmp_path / UNFINISHED).exists()
    assert len(await products(host, "demo")) == 60
    assert len(await products(host, "atelier")) == 25
    await check_sign_ins(host, made)


async def test_passwords_work_also_where_the_file_was_lost_or_is_another_ones(
    host: Host, tmp_path: Path
) -> None:
    first = await load_demo(host, tmp_path / "one")

    second = await load_demo(host, tmp_path / "two")

    assert second != first
    assert sign_ins(tmp_path / "two") == second
    await check_sign_ins(host, second)


async def test_other_tenants_are_left_alone(
    host: Host, ctx: Context, tmp_path: Path, database: TestDatabase
) -> None:
    settings_before = ctx.tenant

    await load_demo(host, tmp_path)

    assert [tenant.slug for tenant in await host.get(TenantDirectory).all()] == [
        "acme",
        "atelier",
        "demo",
    ]
    assert await host.get(TenantDirectory).by_slug("acme") == settings_before
    assert await products(host, "acme") == []


async def test_what_an_owner_changed_is_let_be(host: Host, tmp_path: Path) -> None:
    await load_demo(host, tmp_path)
    ctx = await context(host, "demo")
    [changed, *_] = await products(host, "demo")
    ids = await host.get(CatalogQueries).product_ids(ctx, [changed.translations[0].handle])
    [product_id] = ids.values()
    await host.get(ProductService).unpublish(ctx, product_id)

    await load_demo(host, tmp_path)

    found = {product.id: product for product in await products(host, "demo")}
    assert found[changed.id].status == "draft"
