"""What the database's own catalogue must say about every table: its fence, its keys."""

from collections.abc import AsyncIterator, Collection
from typing import Any

from rustok.core.db.ddl import DEFINER, WORKER

TABLES = """
    SELECT c.oid, c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
           EXISTS (SELECT FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS has_tenant
    FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
    ORDER BY 2
"""
KEYS = """
    SELECT i.indexrelid::regclass::text AS name, a.attname = 'tenant_id' AS is_fenced
    FROM pg_index i
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = $1 AND (i.indisprimary OR i.indisunique)
"""
FOREIGN_KEYS = """
    SELECT k.conname AS name, f.relname AS target, a.attname = 'tenant_id' AS is_fenced
    FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.conrelid = $1 AND k.contype = 'f'
"""
POLICIES = """
    SELECT polname AS name, polcmd AS command, polpermissive AS permissive,
           polroles::regrole[]::text[] AS roles,
           coalesce(pg_get_expr(polqual, polrelid), '') AS reading,
           coalesce(pg_get_expr(polwithcheck, polrelid), '') AS writing
    FROM pg_policy WHERE polrelid = $1
"""
PLATFORM_TABLES = frozenset(
    (
        "alembic_version sys_installation sys_log_head sys_consumers sys_workers "
        "sys_leases sys_attempts sys_publishers sys_rate_buckets sys_operations sys_pressure "
        "auth_signing_keys index_projections tenants tenant_domains"
    ).split()
)
"""Tables of RusToK itself that are no tenant's, or are fenced by another column."""

_SETTING = "current_setting('rustok.tenant_id'"


async def problems(connection: Any, own_global_tables: Collection[str] = ()) -> list[str]:
    """What is wrong with the tables of the database that the owner's connection is to.

    Every table has a tenant_id, but the platform's and the named ones that are no tenant's.
    """
    found: list[str] = []
    for table in await connection.fetch(TABLES):
        name = table["name"]
        if table["has_tenant"]:
            if not table["forced"]:
                found.append(f"{name}: row level security is not forced")
            found += [f"{name}: {problem}" async for problem in _of_table(connection, table["oid"])]
        elif name not in PLATFORM_TABLES and name not in own_global_tables:
            found.append(f"{name}: no column tenant_id")
    return found


async def _of_table(connection: Any, table: int) -> AsyncIterator[str]:
    keys = await connection.fetch(KEYS, table)
    if not keys:
        yield "no primary key"
    for key in keys:
        if not key["is_fenced"]:
            yield f"the key {key['name']} does not begin with tenant_id"
    for key in await connection.fetch(FOREIGN_KEYS, table):
        if not key["is_fenced"]:
            yield f"the foreign key {key['name']} to {key['target']} does not begin with tenant_id"
    fences = 0
    for policy in await connection.fetch(POLICIES, table):
        if policy["roles"] == ["-"] and policy["permissive"]:
            fences += 1
            clauses = (policy["reading"], policy["writing"])
            if policy["command"] != b"*" or not all(_SETTING in clause for clause in clauses):
                yield f"the policy {policy['name']} does not fence reading and writing"
        elif policy["permissive"] and not set(policy["roles"]) <= {WORKER, DEFINER}:
            yield f"the policy {policy['name']} is for {policy['roles']}"
    if fences != 1:
        yield f"{fences} policies for everybody; `rustok.core.db.ddl.fence` makes the one it needs"
