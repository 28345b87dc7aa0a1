"""Turns what the driver raises into the platform's errors."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import asyncpg

from rustok.core.errors import (
    Contention,
    DatabaseUnavailable,
    DeadlineExceeded,
    RustokError,
    invalid,
)

_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    ConnectionError,
    OSError,
)


@contextmanager
def translated() -> Iterator[None]:
    """Raises DeadlineExceeded, DatabaseUnavailable or ValidationFailed for what the driver says."""
    try:
        yield
    except (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError) as error:
        raise DeadlineExceeded from error
    except TimeoutError as error:
        raise DeadlineExceeded from error
    except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
        raise Contention(retry_after=1) from error
    except (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError) as error:
        raise invalid("INVALID_TEXT", "Text must not contain the character U+0000.") from error
    except asyncpg.DataError as error:
        if _is_wrong_type(error):
            raise
        raise invalid("INVALID_VALUE", "A value is out of range.") from error
    except asyncpg.ProgramLimitExceededError as error:
        raise invalid("INVALID_VALUE", "A value is too long.") from error
    except _GONE as error:
        raise DatabaseUnavailable from error


def _is_wrong_type(error: asyncpg.DataError) -> bool:
    # the driver itself refuses a Python type: a mistake in our code, no caller's value
    return "expected" in str(error) and ", got " in str(error)


@contextmanager
def constraints(errors: Mapping[str, Callable[[], RustokError]]) -> Iterator[None]:
    """Raises the domain's own error where a named constraint of the database is violated."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        make = errors.get(error.constraint_name or "")
        if make is None:
            raise
        raise make() from error
