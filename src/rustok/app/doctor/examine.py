"""One examination: the machine, the database, the modules, who runs."""

from contextlib import AsyncExitStack
from pathlib import Path

from rustok.app.bootstrap import Urls
from rustok.app.doctor import database, machine
from rustok.app.doctor.report import (
    DatabaseFacts,
    Finding,
    ModuleFacts,
    ModuleState,
    Report,
    fine,
    problem,
)
from rustok.app.postgres import EmbeddedPostgres, PostgresLaunchError, RunningPostgres
from rustok.app.postgres.account import server_account
from rustok.app.postgres.binaries import find_binaries
from rustok.app.processes.database import urls_of
from rustok.app.processes.embedded import DATABASE, for_command
from rustok.app.processes.installation import Installation
from rustok.app.processes.registry import running
from rustok.app.settings import PlatformSettings

NOT_YET = "There is no database yet; rustok run makes it."


async def examine(installation: Installation) -> Report:
    """The report. An embedded server that does not run is started for the examination."""
    platform = installation.config.platform
    processes = running(platform.home_path)
    found = list(machine.findings(platform, processes))
    facts, more = await _database(installation)
    found += more
    current = any(f.check == "migrations" and f.verdict == "ok" for f in more)
    known = any(f.check == "migrations" for f in more)
    state: ModuleState = "ready" if current else "not migrated" if known else "unknown"
    return Report(
        versions=machine.versions() | ({"postgresql": facts.version} if facts.version else {}),
        home=str(platform.home_path),
        processes=processes,
        listening=[p.address for p in processes if p.address is not None],
        database=facts,
        modules=[
            ModuleFacts(name=module.name, version=module.version, state=state)
            for module in installation.modules
        ],
        findings=[*found, fine("modules", f"{len(installation.modules.names)} fit together")],
    )


async def _database(installation: Installation) -> tuple[DatabaseFacts, list[Finding]]:
    platform = installation.config.platform
    if platform.database_url:
        where = urls_of(installation, platform.database_url)
        found = [finding async for finding in database.findings(installation, where)]
        reached = all(finding.check != "database" for finding in found)
        return _facts(where, embedded=False, running=reached, version=_version(found)), found
    return await _embedded(installation)


async def _embedded(installation: Installation) -> tuple[DatabaseFacts, list[Finding]]:
    platform = installation.config.platform
    try:
        before = EmbeddedPostgres.find(platform.home_path)
        if before is None and not (platform.home_path / "postgres.json").exists():
            detail = f"programs of PostgreSQL {_programs(platform)}. {NOT_YET}"
            return DatabaseFacts(embedded=True, running=False), [fine("postgresql", detail)]
        async with AsyncExitStack() as stack:
            server = stack.enter_context(for_command(platform))
            where = urls_of(installation, server.url(database=DATABASE))
            found = [finding async for finding in database.findings(installation, where)]
            return _embedded_facts(where, server, running=before is not None), found
    except PostgresLaunchError as error:
        facts = DatabaseFacts(embedded=True, running=False)
        return facts, [problem("postgresql", f"{error} [{error.code}]", "See the message.")]


def _programs(platform: PlatformSettings) -> str:
    chosen = None if platform.postgres_bin is None else Path(platform.postgres_bin)
    return find_binaries(server_account(None), chosen).version


def _embedded_facts(where: Urls, server: RunningPostgres, *, running: bool) -> DatabaseFacts:
    return DatabaseFacts(
        embedded=True,
        running=running,
        version=server.version,
        owner_url=where.owner,
        runtime_url=where.runtime,
        worker_url=where.worker,
        data=str(server.data),
        log=str(server.log),
    )


def _facts(where: Urls, *, embedded: bool, running: bool, version: str | None) -> DatabaseFacts:
    return DatabaseFacts(
        embedded=embedded,
        running=running,
        version=version,
        owner_url=where.owner,
        runtime_url=where.runtime,
        worker_url=where.worker,
    )


def _version(found: list[Finding]) -> str | None:
    detail = next((f.detail for f in found if f.check == "postgresql"), None)
    return None if detail is None else detail.removeprefix("PostgreSQL ")
