"""An import that is broken off leaves whole products, says which ones, and can be repeated."""

import asyncio
import signal
import sys
import threading
from pathlib import Path

import asyncpg
import msgspec

from rustok.app.imports.shopify import ImportOptions, import_products
from rustok.app.imports.shopify.batches import MAX_PRODUCTS
from rustok.commerce.catalog.product import Product
from rustok.core.context import Context, TenantRef
from rustok.core.errors import DatabaseUnavailable
from rustok.core.host import Host
from rustok.testing.databases import TestDatabase
from tests.cli.conftest import Command, command, home
from tests.imports.conftest import Import, Read, file_of

__all__ = ["command", "home"]  # fixtures of the command line's own tests

ROOT = Path(__file__).parents[2]
PRODUCTS = 150


def many_products() -> str:
    header = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src\n"
    rows = (
        f"p-{n},Product {n},Size,S,SKU-{n}-S,10,https://cdn.example/{n}.jpg\n"
        f"p-{n},,,M,SKU-{n}-M,12,\n"
        for n in range(PRODUCTS)
    )
    return header + "".join(rows)


async def test_a_killed_import_leaves_whole_products_and_is_completed_by_the_next_one(
    ctx: Context, database: TestDatabase, run: Import, stored: Read, tmp_path: Path
) -> None:
    path = tmp_path / "products.csv"
    path.write_text(many_products())  # nothing else runs here
    urls = msgspec.json.encode(database.urls).decode()

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.imports.importing_process", path, urls, "acme", cwd=ROOT
    )
    assert await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL

    left = await stored()
    assert len(left) == MAX_PRODUCTS
    assert {len(product.variants) for product in left.values()} == {2}
    assert {len(variant.prices) for p in left.values() for variant in p.variants} == {1}
    assert {len(product.images) for product in left.values()} == {1}

    report = await run(many_products())

    assert report.errors == ()
    assert report.counts.created == PRODUCTS - MAX_PRODUCTS
    assert report.counts.unchanged == MAX_PRODUCTS
    completed = await stored()
    assert len(completed) == PRODUCTS
    assert {handle: completed[handle] for handle in left} == left


async def test_a_batch_that_is_refused_on_the_way_breaks_off_and_says_where(
    host: Host, ctx: Context, database: TestDatabase, stored: Read
) -> None:
    def taking_a_sku(what: str, part: float) -> None:
        if what == "Importing":
            statement = "UPDATE commerce_variants SET sku = 'SKU-120-S' WHERE sku = 'SKU-0-S'"
            elsewhere(database.owner_url, statement)

    with file_of(many_products()) as file:
        report = await import_products(host, ctx, file, ImportOptions(), taking_a_sku)

    assert [(e.line, e.handle, e.code) for e in report.errors] == [(242, "p-120", "SKU_TAKEN")]
    assert report.broken_off is not None
    assert (report.broken_off.line, report.broken_off.handle) == (202, "p-100")
    assert report.counts.created == MAX_PRODUCTS
    assert set(await stored()) == {f"p-{n}" for n in range(MAX_PRODUCTS)}


async def test_a_database_that_goes_away_on_the_way_breaks_off_and_says_where(
    host: Host, ctx: Context, database: TestDatabase, server_url: str, stored: Read
) -> None:
    def going_away(what: str, part: float) -> None:
        if what == "Importing":
            elsewhere(
                server_url,
                f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS false",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{database.name}'",
            )

    with file_of(many_products()) as file:
        report = await import_products(host, ctx, file, ImportOptions(), going_away)
    elsewhere(server_url, f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS true")

    [error] = report.errors
    assert error.code in {"DATABASE_UNAVAILABLE", "DATABASE_ERROR"}
    assert report.broken_off is not None
    assert (error.line, report.broken_off.line) == (202, 202)
    assert len(await once_back(stored)) == MAX_PRODUCTS == report.counts.created


async def once_back(read: Read) -> dict[str, Product]:
    """What is read once the pool has met each of its dead connections."""
    for _ in range(20):
        try:
            return await read()
        except DatabaseUnavailable:
            continue
    raise AssertionError("the database did not come back")


async def test_the_command_exits_with_0_or_with_1_and_errors(
    tenant: TenantRef, command: Command, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("Handle,Title,Cost per item\nmug,Mug,3\n")  # as above
    bad.write_text("Handle,Title\nmug,Mug\ntea,\n")  # as above

    imported = await command("import", "shopify", str(good), "--tenant", "acme", "--publish")
    report = await command("import", "shopify", str(bad), "--tenant", "acme", "--json")
    shown = await command("import", "shopify", str(bad), "--tenant", "acme", "--dry-run")
    missing = await command("import", "shopify", str(tmp_path / "no.csv"), "--tenant", "acme")
    nobody = await command("import", "shopify", str(good), "--tenant", "nobody")

    assert imported.code == 0
    assert "1 created" in imported.output
    assert "'Cost per item'" in imported.output
    assert report.code == 1
    [error] = msgspec.json.decode(report.output)["errors"]
    assert (error["line"], error["handle"], error["code"]) == (3, "tea", "REQUIRED")
    assert shown.code == 1
    assert "error: line 3 (tea, Title)" in shown.output
    assert (missing.code, nobody.code) == (1, 1)
    assert "FILE_UNREADABLE" in missing.errors
    assert "TENANT_UNKNOWN" in nobody.errors


def elsewhere(url: str, *statements: str) -> None:
    """Runs statements while the import waits: from the callback that tells its progress."""

    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()
