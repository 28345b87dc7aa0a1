"""Who reads the log, and how to forget who does not any more."""

from collections.abc import Collection

from rustok.core.db import Database
from rustok.outbox import consumer_repository as repository
from rustok.outbox.consumer_repository import Reader
from rustok.outbox.errors import ConsumerInUse, ConsumerUnknown
from rustok.outbox.platform import PLATFORM

__all__ = ["ConsumerList", "Reader"]


class ConsumerList:
    """Consumers and publishers, over all tenants; for operators, on the worker role."""

    def __init__(self, worker: Database) -> None:
        self._worker = worker

    async def readers(self) -> list[Reader]:
        """All of them with how far they are, by name."""
        async with self._worker.read(PLATFORM) as session:
            return await session.all(repository.READERS)

    async def forget(self, name: str, *, in_use: Collection[str]) -> None:
        """Deletes all that is known of one that nobody runs: what it left to do is not done.

        Raises ConsumerUnknown, ConsumerInUse.
        """
        async with self._worker.write(PLATFORM) as session:
            known = await session.maybe(repository.IS_RUNNING, name=name)
            if known is None:
                raise ConsumerUnknown(f"Nobody called {name!r} reads the log.")
            if known or name in in_use:
                raise ConsumerInUse(f"{name} is installed, or runs.")
            for tenant_id in await session.all(repository.TENANTS_OF, name=name):
                await session.switch_tenant(tenant_id)
                for statement in repository.FORGET_OF_TENANT:
                    await session.execute(statement, name=name)
            for statement in repository.FORGET:
                await session.execute(statement, name=name)
