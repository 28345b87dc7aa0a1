"""The roles of the database: an owner for migrations, a runtime and a worker role without rights.

Grants go to group roles without login; each database has login roles of its own in them, whose
passwords derive from the secret key, so that every process finds them without storing any.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from rustok.core.db.ddl import DEFINER, RUNTIME, WORKER

GROUPS = (RUNTIME, WORKER, DEFINER)
LOGIN_GROUPS = (RUNTIME, WORKER)


class MissingRights(Exception):
    """The user of DATABASE_URL lacks a right that migrating needs; the message says which."""

    code = "MISSING_RIGHTS"


def login_role(database: str, group: str) -> str:
    """The name of a database's login role in a group."""
    return f"{database[:40]}_login_{group.removeprefix('rustok_')}"


def password(secret_key: str, role: str) -> str:
    """The password of a login role."""
    return hmac.new(secret_key.encode(), f"role:{role}".encode(), hashlib.sha256).hexdigest()


def url_for(owner_url: str, group: str, secret_key: str) -> str:
    """The owner's URL with the login role of a group in place of the owner."""
    parts = urlsplit(owner_url)
    role = login_role(parts.path.lstrip("/"), group)
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(role)}:{password(secret_key, role)}@{host}"
    return urlunsplit(parts._replace(netloc=netloc))


async def ensure_roles(connection: Any, secret_key: str, groups: Sequence[str]) -> None:
    """Creates the groups, and a login role in each of those named; raises MissingRights."""
    database = await connection.fetchval("SELECT current_database()")
    for group in GROUPS:
        await _create(connection, group, "NOLOGIN")
    for group in groups:
        role = login_role(database, group)
        await _create(connection, role, "LOGIN")
        secret = password(secret_key, role)
        await _run(connection, f"ALTER ROLE \"{role}\" LOGIN PASSWORD '{secret}'")
        await _run(connection, f'GRANT {group} TO "{role}"')
    await _run(connection, f"GRANT {DEFINER} TO CURRENT_USER")
    await _run(connection, f"GRANT USAGE, CREATE ON SCHEMA public TO {DEFINER}")


async def _create(connection: Any, role: str, login: str) -> None:
    if await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
        return
    try:
        await _run(
            connection,
            f'CREATE ROLE "{role}" {login} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE',
        )
    except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
        return


async def _run(connection: Any, statement: str) -> None:
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError as error:
        raise MissingRights(
            f"The user of DATABASE_URL may not do this: {statement.split(' PASSWORD')[0]} "
            f"({error}). Give it CREATEROLE and ownership of the database, or create the roles "
            "yourself and set RUSTOK_DATABASE__RUNTIME_URL and RUSTOK_DATABASE__WORKER_URL."
        ) from error
