"""Tells the end of what ended processes left begun."""

import asyncio

import structlog

from rustok.core.errors import RustokError
from rustok.core.host import Host
from rustok.tenant.journal import ModuleJournal

PAUSE_SECONDS = 60.0
_log = structlog.get_logger("rustok.modules")


async def recover(host: Host) -> None:
    """Looks through the journal of switched modules at the start and every minute after it."""
    journal = host.get(ModuleJournal)
    while True:
        try:
            found = await journal.recover()
        except RustokError as error:
            _log.warning("module_changes_not_recovered", error=error.detail)
        else:
            if found:
                _log.warning("module_changes_recovered", tenants=found)
        await asyncio.sleep(PAUSE_SECONDS)
