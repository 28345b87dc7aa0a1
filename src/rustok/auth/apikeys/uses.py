"""When keys were last used: written beside the requests, at most once a minute each."""

import asyncio
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from rustok.auth.apikeys import repository
from rustok.core.clock import Clock
from rustok.core.context import TenantRef, system_context
from rustok.core.db import Database
from rustok.core.errors import RustokError

PRECISION: Final = timedelta(minutes=1)
"""How exact the moment is that a key's owner is shown."""
_log = structlog.get_logger("rustok.auth")


class LastUses:
    """Writes in tasks of its own; what fails is written with a later use."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._writing: dict[UUID, asyncio.Task[None]] = {}

    def note(self, tenant: TenantRef, key_id: UUID, last: datetime | None) -> None:
        """Writes that the key is used now, where `last` is longer ago than is told apart."""
        now = self._clock.now()
        if key_id in self._writing or (last is not None and last > now - PRECISION):
            return
        task = asyncio.create_task(self._write(tenant, key_id, now))
        self._writing[key_id] = task
        task.add_done_callback(lambda _: self._writing.pop(key_id, None))

    async def written(self) -> None:
        """Waits for what is being written."""
        await asyncio.gather(*self._writing.values())

    async def _write(self, tenant: TenantRef, key_id: UUID, now: datetime) -> None:
        try:
            async with self._db.write(system_context(tenant)) as session:
                await session.execute(repository.USED, id=key_id, now=now, before=now - PRECISION)
        except RustokError as error:
            _log.info("api_key_use_not_written", code=error.code)
