"""What the database's own catalogue must say, for every table of every installed module."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from rustok.core.db.ddl import DEFINER, RUNTIME, WORKER
from rustok.testing.databases import TestDatabase

TENANT_TABLES = """
    SELECT c.oid, c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
    ORDER BY 2
"""
KEYS = """
    SELECT i.indexrelid::regclass::text AS name,
           (SELECT attname FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = i.indkey[0])
               AS first_column
    FROM pg_index i WHERE i.indrelid = $1 AND (i.indisprimary OR i.indisunique)
"""
FOREIGN_KEYS = """
    SELECT k.conname AS name, f.relname AS target,
           ARRAY(SELECT attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, n)
                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
                 ORDER BY n) AS columns,
           EXISTS (SELECT FROM pg_attribute WHERE attrelid = f.oid AND attname = 'tenant_id')
               AS target_has_tenant
    FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
    WHERE k.conrelid = $1 AND k.contype = 'f'
"""
POLICIES = """
    SELECT polname AS name, polcmd AS command, polpermissive AS permissive,
           polroles::regrole[]::text[] AS roles,
           pg_get_expr(polqual, polrelid) AS using_, pg_get_expr(polwithcheck, polrelid) AS check_
    FROM pg_policy WHERE polrelid = $1
"""
WITHOUT_TENANT = {
    "alembic_version": "bookkeeping of migrations",
    "sys_installation": "what the database was migrated to",
    "tenants": "fenced by its own id",
    "tenant_domains": "routing of the whole platform, fenced by owner_id",
    "sys_log_head": "the sequencer's counter",
    "sys_consumers": "the consumers there are",
    "sys_workers": "signs of life of processes",
    "sys_leases": "which process serves which part of the tenants",
    "sys_attempts": "what processes are at",
    "sys_publishers": "how far the log is sent on",
    "sys_rate_buckets": "tokens of rate limits, by a digest of whose they are",
    "sys_operations": "what the platform did with itself",
    "sys_pressure": "how many events wait, for all processes",
    "auth_signing_keys": "the platform's keys",
    "index_projections": "versions of projections",
}


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection."""
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close()


@pytest.fixture
async def tables(owner: asyncpg.Connection) -> list[Any]:
    """Every table with a tenant_id."""
    found = await owner.fetch(TENANT_TABLES)
    assert len(found) >= 10
    return list(found)


async def test_row_level_security_is_forced_with_both_clauses(
    owner: asyncpg.Connection, tables: list[Any]
) -> None:
    for table in tables:
        assert table["enabled"], table["name"]
        assert table["forced"], table["name"]
        policies = await owner.fetch(POLICIES, table["oid"])
        everybodys = [policy for policy in policies if policy["roles"] == ["-"]]
        fences = [policy for policy in everybodys if policy["permissive"]]
        assert len(fences) == 1, f"{table['name']}: one policy for everybody"
        (fence,) = fences
        assert fence["command"] == b"*", table["name"]
        for clause in (fence["using_"], fence["check_"]):
            assert "tenant_id = " in clause, table["name"]
            assert "current_setting('rustok.tenant_id'" in clause, table["name"]
            assert "NULLIF" in clause, table["name"]


async def test_only_worker_and_definer_have_policies_of_their_own(
    owner: asyncpg.Connection, tables: list[Any]
) -> None:
    for table in tables:
        for policy in await owner.fetch(POLICIES, table["oid"]):
            assert set(policy["roles"]) <= {"-", WORKER, DEFINER}, (table["name"], policy["name"])


async def test_every_key_begins_with_the_tenant(
    owner: asyncpg.Connection, tables: list[Any]
) -> None:
    for table in tables:
        keys = await owner.fetch(KEYS, table["oid"])
        assert keys, f"{table['name']} has no key"
        for key in keys:
            assert key["first_column"] == "tenant_id", f"{table['name']}: {key['name']}"


async def test_foreign_keys_are_composite(owner: asyncpg.Connection, tables: list[Any]) -> None:
    for table in tables:
        for key in await owner.fetch(FOREIGN_KEYS, table["oid"]):
            assert "tenant_id" in key["columns"], f"{table['name']}: {key['name']}"
            if key["target"] != "tenants":
                assert key["target_has_tenant"], f"{table['name']}: {key['name']}"
                assert key["columns"][0] == "tenant_id", f"{table['name']}: {key['name']}"


async def test_every_other_table_has_a_reason(owner: asyncpg.Connection) -> None:
    found = await owner.fetch("""
        SELECT relname FROM pg_class c
        WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_attribute
                          WHERE attrelid = c.oid AND attname = 'tenant_id')
    """)
    assert {row["relname"] for row in found} <= WITHOUT_TENANT.keys()


async def test_views_are_their_invokers(owner: asyncpg.Connection) -> None:
    views = await owner.fetch("""
        SELECT relname, coalesce('security_invoker=true' = ANY (reloptions), false) AS invoker
        FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
    """)
    assert [view["relname"] for view in views if not view["invoker"]] == []


@pytest.mark.parametrize("url", ["runtime_url", "worker_url"])
async def test_roles_have_no_forbidden_right(database: TestDatabase, url: str) -> None:
    connection = await asyncpg.connect(getattr(database, url))
    try:
        role = await connection.fetchrow("""
            SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication
            FROM pg_roles WHERE rolname = current_user
        """)
        assert not any(role.values())
        owned = await connection.fetchval(
            "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
        )
        assert owned == 0
        truncatable = await connection.fetchval("""
            SELECT count(*) FROM pg_class
            WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
              AND has_table_privilege(current_user, oid, 'TRUNCATE')
        """)
        assert truncatable == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE public.mine (id int)")
        for group in (DEFINER, "postgres"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f'SET ROLE "{group}"')
    finally:
        await connection.close()


async def test_definer_functions_cannot_be_led_astray(owner: asyncpg.Connection) -> None:
    found = await owner.fetch("""
        SELECT p.proname, pg_get_userbyid(p.proowner) AS owner,
               coalesce(array_to_string(p.proconfig, ' '), '') AS config,
               has_function_privilege('public', p.oid, 'EXECUTE') AS everyone
        FROM pg_proc p
        WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace
    """)
    assert found
    for function in found:
        assert function["owner"] == DEFINER, function["proname"]
        assert "search_path=" in function["config"], function["proname"]
        assert not function["everyone"], function["proname"]


async def test_without_a_tenant_nothing_is_seen(database: TestDatabase, tables: list[Any]) -> None:
    connection = await asyncpg.connect(database.runtime_url)
    try:
        for table in tables:
            if await connection.fetchval(
                "SELECT has_table_privilege(current_user, $1::oid, 'SELECT')", table["oid"]
            ):
                name = table["name"]
                assert await connection.fetchval(f'SELECT count(*) FROM "{name}"') == 0
    finally:
        await connection.close()


def test_group_roles_are_the_documented_ones() -> None:
    assert (RUNTIME, WORKER, DEFINER) == ("rustok_runtime", "rustok_worker", "rustok_definer")
