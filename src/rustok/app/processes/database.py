"""Where the database of an installation is, for commands and for processes that stay."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from rustok.app.bootstrap import Urls, open_host, urls
from rustok.app.processes.current import require_current
from rustok.app.processes.embedded import as_guest, database_url, for_command
from rustok.app.processes.installation import Installation
from rustok.app.processes.owner import owner_connection, reaching
from rustok.core.host import Host


def urls_of(installation: Installation, owner_url: str) -> Urls:
    """The URL of each role."""
    return urls(owner_url, installation.secret_key, installation.config)


@asynccontextmanager
async def command_urls(installation: Installation) -> AsyncIterator[Urls]:
    """The URLs for the duration of a command; the embedded server runs meanwhile.

    Raises PostgresLaunchError, DatabaseUnavailable.
    """
    platform = installation.config.platform
    if platform.database_url:
        yield urls_of(installation, platform.database_url)
        return
    with for_command(platform) as server:
        yield urls_of(installation, await database_url(server))


@asynccontextmanager
async def standing_urls(installation: Installation) -> AsyncIterator[Urls]:
    """The URLs of a database that runs and is migrated; nothing is started.

    Raises DatabaseNotRunning, DatabaseNotCurrent, DatabaseUnavailable.
    """
    platform = installation.config.platform
    if platform.database_url:
        await _check(installation, platform.database_url)
        yield urls_of(installation, platform.database_url)
        return
    with as_guest(platform) as server:
        owner_url = await database_url(server)
        await _check(installation, owner_url)
        yield urls_of(installation, owner_url)


@asynccontextmanager
async def command_host(installation: Installation) -> AsyncIterator[Host]:
    """Every module on the migrated database, worker role included, for a command.

    Raises PostgresLaunchError, DatabaseNotCurrent, DatabaseUnavailable.
    """
    async with command_urls(installation) as where:
        await _check(installation, where.owner)
        async with host_on(installation, where, workers=True) as host:
            yield host


@asynccontextmanager
async def host_on(installation: Installation, where: Urls, *, workers: bool) -> AsyncIterator[Host]:
    """A host on a database that is migrated; raises DatabaseUnavailable."""
    async with AsyncExitStack() as stack:
        with reaching("the runtime or worker role"):
            host = await stack.enter_async_context(
                open_host(
                    installation.config,
                    installation.modules,
                    where,
                    installation.secret_key,
                    workers=workers,
                )
            )
        yield host


async def _check(installation: Installation, owner_url: str) -> None:
    async with owner_connection(owner_url) as connection:
        await require_current(connection, installation)
