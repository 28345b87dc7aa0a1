"""Runs Alembic over the branches of all modules, on asyncpg."""

from importlib.resources import files
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine


def scripts(packages: list[str]) -> ScriptDirectory:
    """The revisions of these packages, each package a branch."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(str(files(p)) for p in packages))
    return ScriptDirectory.from_config(config)


async def upgrade(owner_url: str, packages: list[str]) -> None:
    """Applies every revision that is missing, in one transaction each."""
    directory = scripts(packages)
    engine = create_async_engine(
        "postgresql+asyncpg://", poolclass=pool.NullPool, async_creator=_creator(owner_url)
    )
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, directory)
    await engine.dispose()


def _upgrade(connection: Connection, directory: ScriptDirectory) -> None:
    config = Config()

    def missing(revision: object, _context: object) -> object:
        return directory._upgrade_revs("heads", revision)  # type: ignore[arg-type]  # noqa: SLF001  # what alembic.command.upgrade itself calls

    with EnvironmentContext(config, directory, fn=missing, destination_rev="heads") as environment:
        environment.configure(connection=connection, transaction_per_migration=True)
        with environment.begin_transaction():
            environment.run_migrations()


def _creator(url: str) -> object:
    import asyncpg  # lazy: only to hand SQLAlchemy a connection made from the URL as it is

    async def connect() -> object:
        return await asyncpg.connect(url)

    return connect
