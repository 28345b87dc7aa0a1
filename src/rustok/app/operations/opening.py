"""Provides the log of operations, and lets it hear of modules."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rustok.app.operations.log import OperationsLog
from rustok.core.host import Host
from rustok.core.modules.states import ModuleStates


@asynccontextmanager
async def operations_log(host: Host) -> AsyncIterator[None]:
    """Provides it while the block runs; what is being noted at the end is waited for."""
    log = OperationsLog(host.db, host.worker)
    host.provide(OperationsLog, log)
    host.get(ModuleStates).listen(log.hear_module)
    try:
        yield
    finally:
        await log.close()
