"""What the database says: its version, the rights of its roles, its migrations."""

from collections.abc import AsyncIterator
from typing import Any

from rustok.app.bootstrap import Urls, login_groups
from rustok.app.doctor import replica
from rustok.app.doctor.report import Finding, fine, problem, warning
from rustok.app.migrate.state import is_migrated, missing_logins
from rustok.app.processes.installation import Installation
from rustok.app.processes.owner import owner_connection
from rustok.auth.errors import KeysUnreadable
from rustok.auth.keys import SigningKey
from rustok.auth.keys.repository import ALL as KEYS
from rustok.core.db.ddl import RUNTIME, WORKER
from rustok.core.errors import DatabaseUnavailable
from rustok.core.secrets import SecretKey

OLDEST_MAJOR = 15
EXTENSIONS = ("pg_trgm", "btree_gin", "unaccent")

FORBIDDEN = """
    SELECT r.rolname AS role, r.rolsuper AS superuser, r.rolbypassrls AS bypasses,
           r.rolcreaterole AS creates_roles, r.rolcreatedb AS creates_databases,
           (SELECT count(*) FROM pg_class c
            WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p', 'v', 'm')) AS owned,
           (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
            AND has_table_privilege(r.oid, c.oid, 'TRUNCATE')) AS truncatable
    FROM pg_roles r WHERE r.rolname = ANY ($1)
"""
OWNER = """
    SELECT r.rolname AS name, r.rolsuper AS superuser, r.rolcreaterole AS creates_roles,
           has_database_privilege(current_database(), 'CREATE') AS creates_schemas,
           has_schema_privilege('public', 'CREATE') AS creates_tables
    FROM pg_roles r WHERE r.rolname = current_user
"""


async def findings(installation: Installation, where: Urls) -> AsyncIterator[Finding]:
    """Every check of a server that can be reached; one finding where it cannot."""
    try:
        async with owner_connection(where.owner) as connection:
            yield _version(connection)
            yield await _owner(connection)
            yield await _extensions(connection)
            if where.replica is not None:
                yield await replica.finding(connection, where.replica)
            migrated = await is_migrated(connection, installation.modules, installation.secret_key)
            yield _migrations(migrated=migrated)
            if migrated:
                yield await _logins(connection, installation)
                yield await _roles(connection)
                yield await _keys(connection, SecretKey(installation.secret_key))
    except DatabaseUnavailable as error:
        yield problem("database", error.detail, "Start it, or correct DATABASE_URL.")


def version(connection: Any) -> str:
    """The server's version, such as 18.6."""
    return str(connection.get_settings().server_version).partition(" ")[0]


def _version(connection: Any) -> Finding:
    if connection.get_server_version().major < OLDEST_MAJOR:
        return problem(
            "postgresql", f"PostgreSQL {version(connection)}", f"Use {OLDEST_MAJOR} or newer."
        )
    return fine("postgresql", f"PostgreSQL {version(connection)}")


async def _owner(connection: Any) -> Finding:
    owner = await connection.fetchrow(OWNER)
    lacking = [
        right
        for right, held in (
            ("CREATEROLE", owner["creates_roles"]),
            ("CREATE on the database", owner["creates_schemas"]),
            ("CREATE on the schema public", owner["creates_tables"]),
        )
        if not held and not owner["superuser"]
    ]
    if lacking:
        remedy = f"Make {owner['name']} the database's owner: ALTER DATABASE ... OWNER TO ..."
        return problem("owner", f"{owner['name']} lacks {', '.join(lacking)}", remedy)
    return fine("owner", f"{owner['name']} may migrate")


async def _extensions(connection: Any) -> Finding:
    offered = await connection.fetch(
        "SELECT name FROM pg_available_extensions WHERE name = ANY ($1)", list(EXTENSIONS)
    )
    missing = sorted(set(EXTENSIONS) - {row["name"] for row in offered})
    if missing:
        remedy = "Install PostgreSQL's contrib package on the server."
        return problem("extensions", f"not available: {', '.join(missing)}", remedy)
    return fine("extensions", f"available: {', '.join(EXTENSIONS)}")


def _migrations(*, migrated: bool) -> Finding:
    if migrated:
        return fine("migrations", "the database is up to date")
    return warning("migrations", "something is left to migrate", "Run: rustok migrate")


async def _logins(connection: Any, installation: Installation) -> Finding:
    groups = login_groups(installation.config)
    missing = await missing_logins(connection, groups)
    if missing:
        detail = f"the server has no login role {', '.join(missing)}"
        return problem("logins", detail, "Run: rustok migrate")
    return fine("logins", "the login roles are there" if groups else "others' login roles are used")


async def _roles(connection: Any) -> Finding:
    rows = await connection.fetch(FORBIDDEN, [RUNTIME, WORKER])
    wrong = [f"{row['role']} {trouble}" for row in rows for trouble in _troubles(row)]
    if len(rows) < 2:
        return problem("roles", "the roles of the platform are missing", "Run: rustok migrate")
    if wrong:
        remedy = "Take these rights away: they let one tenant reach another's data."
        return problem("roles", "; ".join(wrong), remedy)
    return fine("roles", f"{RUNTIME} and {WORKER} hold no right that passes the fences")


def _troubles(row: Any) -> list[str]:
    named = {
        "superuser": "is a superuser",
        "bypasses": "has BYPASSRLS",
        "creates_roles": "has CREATEROLE",
        "creates_databases": "has CREATEDB",
        "owned": "owns tables",
        "truncatable": "may TRUNCATE",
    }
    return [text for column, text in named.items() if row[column]]


async def _keys(connection: Any, secret: SecretKey) -> Finding:
    rows = [KEYS.row(record) for record in await connection.fetch(KEYS.sql)]
    signing = [SigningKey.of(row) for row in rows if row.state in {"current", "next"}]
    try:
        for key in signing:
            key.private(secret)
    except KeysUnreadable as error:
        detail = f"the signing keys were encrypted with another SECRET_KEY [{error.code}]"
        return problem(
            "keys", detail, "Set the SECRET_KEY they were made with, or run: rustok keys replace"
        )
    return fine(
        "keys", "the signing keys can be opened" if signing else "made at the first sign-in"
    )
