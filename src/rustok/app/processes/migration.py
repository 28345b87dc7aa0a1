"""Migrates from a process that serves: in a child, so that what migrates is never loaded here."""

import asyncio
import sys

from rustok.app.processes.current import what_is_left
from rustok.app.processes.errors import MigrationFailed
from rustok.app.processes.installation import Installation
from rustok.app.processes.owner import owner_connection


async def migrate_where_needed(installation: Installation, owner_url: str) -> None:
    """Brings the database up to date; raises MigrationFailed, DatabaseUnavailable."""
    async with owner_connection(owner_url) as connection:
        if await what_is_left(connection, installation) is None:
            return
    command = [sys.executable, "-m", "rustok", "migrate"]
    child = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL)
    try:
        code = await child.wait()
    except asyncio.CancelledError:
        child.terminate()
        await child.wait()
        raise
    if code != 0:
        raise MigrationFailed("The database could not be migrated; the reason is above.")
