"""A host without a database: enough to say what the API is."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import entry_points

import asyncpg

from rustok.app.lifecycle.building import build
from rustok.app.settings import load
from rustok.app.signals import PostgresSignals
from rustok.app.telemetry.publishing import publish
from rustok.core.cache import Caches
from rustok.core.clock import SystemClock
from rustok.core.db import Database
from rustok.core.db.database import EventStore
from rustok.core.health import HealthChecks
from rustok.core.host import Host
from rustok.core.ids import IdSource
from rustok.core.metrics import ProcessMetrics
from rustok.core.modules.registry import GROUP, BadModules, Modules, installed
from rustok.core.modules.states import ModuleStates
from rustok.core.resilience import Breakers
from rustok.core.secrets import SecretKey
from rustok.core.signals import Signals

DISTRIBUTION = "rustok"
NOWHERE = "postgresql://nobody@localhost/nothing"
SECRET = "not a secret: nothing is sealed or signed here"  # noqa: S105  # as it says


def own_modules() -> Modules:
    """The modules of the distribution itself, without third parties'; raises BadModules."""
    found = [
        point.load()
        for point in entry_points(group=GROUP)
        if point.dist is not None and point.dist.name == DISTRIBUTION
    ]
    return Modules(found)


@asynccontextmanager
async def offline_host(
    *, only_own: bool, environ: Mapping[str, str] | None = None
) -> AsyncIterator[Host]:
    """Every module built with default or given settings, on pools that never connect.

    Raises BadModules.
    """
    modules = own_modules() if only_own else installed()
    config = load(environ or {}, modules)
    clock = SystemClock()
    ids = IdSource(clock)
    pool = asyncpg.create_pool(NOWHERE, min_size=0)

    def store() -> EventStore:
        return host.get(EventStore)

    database = Database(pool, store, ids, config.database)
    host = Host(
        db=database,
        worker=database,
        clock=clock,
        ids=ids,
        modules=modules,
        settings=config.sections,
    )
    host.provide(SecretKey, SecretKey(SECRET))
    host.provide(Signals, PostgresSignals(NOWHERE, pool))
    checks, metrics = HealthChecks(), ProcessMetrics()
    host.provide(HealthChecks, checks)
    host.provide(ProcessMetrics, metrics)
    host.provide(Breakers, Breakers(metrics, checks))
    host.provide(Caches, Caches(metrics))
    publish(host)
    build(host)
    failed = [
        f"{module.name}: {standing.reason}"
        for module, standing in host.get(ModuleStates)
        if not standing.built
    ]
    if failed:
        raise BadModules(failed)
    yield host
