"""The composition root: from a configuration to a host with every module built."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec

from rustok.app.lifecycle.building import build
from rustok.app.lifecycle.recovery import recover
from rustok.app.limits.opening import shared_tokens
from rustok.app.migrate.roles import url_for
from rustok.app.operations.opening import operations_log
from rustok.app.pressure.mounting import watched_pressure
from rustok.app.redis.opening import open_caches
from rustok.app.settings import Config
from rustok.app.signals import PostgresSignals
from rustok.app.telemetry.numbers import LoopWatch
from rustok.app.telemetry.publishing import publish
from rustok.app.telemetry.settings import HealthSettings
from rustok.core.clock import Clock, SystemClock
from rustok.core.db import Database
from rustok.core.db.database import EventStore
from rustok.core.db.ddl import RUNTIME, WORKER
from rustok.core.db.pool import open_pool
from rustok.core.health import HealthChecks
from rustok.core.host import Host
from rustok.core.ids import IdSource
from rustok.core.metrics import ProcessMetrics
from rustok.core.modules.registry import Modules
from rustok.core.resilience import Breakers
from rustok.core.secrets import SecretKey
from rustok.core.signals import Signals


class Urls(msgspec.Struct, frozen=True):
    """Where the database is, for each of its roles."""

    owner: str
    runtime: str
    worker: str
    replica: str | None = None


def urls(owner_url: str, secret_key: str, config: Config) -> Urls:
    """The URL of each role: as configured, or derived from the owner's."""
    database = config.database
    replica_url = config.platform.database_replica_url
    replica = url_for(replica_url, WORKER, secret_key) if replica_url else None
    return Urls(
        owner=owner_url,
        runtime=database.runtime_url or url_for(owner_url, RUNTIME, secret_key),
        worker=database.worker_url or url_for(owner_url, WORKER, secret_key),
        replica=database.replica_worker_url or replica,
    )


def login_groups(config: Config) -> tuple[str, ...]:
    """The groups whose login roles the platform makes itself: those that have no URL."""
    given = {RUNTIME: config.database.runtime_url, WORKER: config.database.worker_url}
    return tuple(group for group, url in given.items() if url is None)


@asynccontextmanager
async def open_host(
    config: Config,
    modules: Modules,
    where: Urls,
    secret_key: str,
    *,
    workers: bool,
    clock: Clock | None = None,
) -> AsyncIterator[Host]:
    """A host on open pools; with `workers` also the worker role's. Raises DatabaseUnavailable."""
    clock = clock or SystemClock()
    ids = IdSource(clock)
    runtime = await open_pool(where.runtime, config.database, name="rustok")
    worker = replica = None
    if workers:
        worker = await open_pool(where.worker, config.database, name="rustok-worker")
    signals = PostgresSignals(where.runtime, runtime)
    tasks: list[asyncio.Task[None]] = []
    databases: list[Database] = []
    shared = None
    try:
        host = _host(config, modules, runtime, worker, clock, ids)
        databases += [each for each in (host.db, host.worker) if each is not None]
        host.provide(SecretKey, SecretKey(secret_key))
        host.provide(Signals, signals)
        checks = _checks(config, clock)
        metrics = ProcessMetrics()
        host.provide(HealthChecks, checks)
        host.provide(ProcessMetrics, metrics)
        host.provide(Breakers, Breakers(metrics, checks))
        if workers and where.replica:
            # lazy: few have one
            from rustok.app.replicas import open_replica

            replica = await open_replica(host, where.replica, config.database)
        publish(host)
        shared = open_caches(host, config)
        async with operations_log(host):
            watch = build(host)
            await watch.look()
            tasks.append(asyncio.create_task(signals.run(), name="signals"))
            tasks.append(asyncio.create_task(watch.run(), name="modules"))
            if workers:
                tasks.append(asyncio.create_task(recover(host), name="module journal"))
            tasks.append(asyncio.create_task(host.get(LoopWatch).run(), name="loop"))
            async with shared_tokens(host, where.runtime), watched_pressure(host):
                yield host
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if shared is not None:
            await shared.close()
        for database in databases:
            await database.connections.close()
        for pool in (runtime, worker, replica):
            if pool is not None:
                await _close(pool)


def _host(
    config: Config,
    modules: Modules,
    runtime: asyncpg.Pool,
    worker: asyncpg.Pool | None,
    clock: Clock,
    ids: IdSource,
) -> Host:
    def store() -> EventStore:
        return host.get(EventStore)

    host = Host(
        db=Database(runtime, store, ids, config.database),
        worker=None if worker is None else Database(worker, store, ids, config.database),
        clock=clock,
        ids=ids,
        modules=modules,
        settings=config.sections,
    )
    return host


def _checks(config: Config, clock: Clock) -> HealthChecks:
    health: HealthSettings = config.sections["health"]
    return HealthChecks(critical=health.critical, not_critical=health.not_critical, clock=clock)


async def _close(pool: asyncpg.Pool) -> None:
    try:
        await asyncio.wait_for(pool.close(), timeout=5)
    except TimeoutError:
        pool.terminate()
