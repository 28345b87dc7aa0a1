"""Connections of the database's owner, who migrates and creates."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from rustok.core.errors import DatabaseUnavailable

CONNECT_SECONDS = 10.0


class BadDatabaseUrl(Exception):
    """DATABASE_URL is not a URL that PostgreSQL can be reached by."""

    code = "BAD_DATABASE_URL"


@contextmanager
def reaching(what: str = "DATABASE_URL") -> Iterator[None]:
    """Raises DatabaseUnavailable or BadDatabaseUrl for a connection that could not be made."""
    try:
        yield
    except asyncpg.InvalidCatalogNameError as error:
        raise DatabaseUnavailable(f"{error}. Create it: CREATE DATABASE name") from error
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise DatabaseUnavailable(f"PostgreSQL refuses the user of {what}: {error}") from error
    except (asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
        raise DatabaseUnavailable(f"PostgreSQL cannot be reached: {error}") from error
    except asyncpg.ClientConfigurationError as error:
        raise BadDatabaseUrl(f"{what} is no URL of PostgreSQL: {error}") from error
    except OSError as error:  # a time limit is one too
        reason = error.strerror or str(error) or "it does not answer"
        raise DatabaseUnavailable(f"PostgreSQL cannot be reached: {reason}") from error


@asynccontextmanager
async def owner_connection(url: str) -> AsyncIterator[Any]:
    """One connection of the owner; raises DatabaseUnavailable, BadDatabaseUrl."""
    if urlsplit(url).scheme not in {"postgresql", "postgres"}:
        raise BadDatabaseUrl(
            "DATABASE_URL has the form postgresql://user:password@host:port/database"
        )
    with reaching():
        connection = await asyncpg.connect(
            url, timeout=CONNECT_SECONDS, server_settings={"application_name": "rustok-owner"}
        )
    try:
        yield connection
    finally:
        await connection.close(timeout=CONNECT_SECONDS)
