"""DDL that migrations share: a tenant table with its fence, and its grants."""

from typing import Literal

RUNTIME = "rustok_runtime"
WORKER = "rustok_worker"
DEFINER = "rustok_definer"
TENANT = "nullif(current_setting('rustok.tenant_id', true), '')::uuid"

Grant = Literal["select", "insert", "update", "delete"]
ALL: tuple[Grant, ...] = ("select", "insert", "update", "delete")


def fence(table: str, *, column: str = "tenant_id", grants: tuple[Grant, ...] = ALL) -> str:
    """Row level security that is forced on the owner too, and the grants of both roles."""
    rights = ", ".join(grants)
    return f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant ON {table}
            USING ({column} = {TENANT}) WITH CHECK ({column} = {TENANT});
        GRANT {rights} ON {table} TO {RUNTIME}, {WORKER};
    """


def open_to(role: str, table: str, *, command: str = "select") -> str:
    """A policy that lets one role past the fence for one command, on one table."""
    check = "" if command in {"select", "delete"} else " WITH CHECK (true)"
    using = "" if command == "insert" else " USING (true)"
    return f"""
        CREATE POLICY {role}_{command} ON {table} FOR {command} TO {role}{using}{check};
        GRANT {command} ON {table} TO {role};
    """
