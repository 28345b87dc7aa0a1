"""A revoked key ends at once where it was revoked and within 2 s everywhere."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rustok.app.signals import PostgresSignals
from rustok.auth.errors import RevokedApiKey
from rustok.auth.service import ApiKeyService
from rustok.auth.types import IssuedApiKey, NewApiKey
from rustok.core.context import Context
from rustok.core.errors import DatabaseUnavailable
from rustok.core.host import Host
from rustok.core.identity import Authenticator
from rustok.testing.databases import TestDatabase
from tests.auth.conftest import Processes
from tests.auth.line import Line
from tests.auth.people import within


@pytest.fixture
async def elsewhere(processes: Processes) -> AsyncIterator[Host]:
    """Another process."""
    async with processes.open() as found:
        yield found


@pytest.fixture
async def deaf(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Host]:
    """Another process that no signal reaches."""
    with monkeypatch.context() as patch:
        patch.setattr(PostgresSignals, "listen", lambda *_: None)
        context = processes.open()
        found = await context.__aenter__()
    yield found
    await context.__aexit__(None, None, None)


@pytest.fixture
async def issued(host: Host, ctx: Context) -> IssuedApiKey:
    given = NewApiKey(name="Import", permissions=("user:read",))
    return await host.get(ApiKeyService).create(ctx, given)


async def works(host: Host, ctx: Context, issued: IssuedApiKey) -> bool:
    try:
        await host.get(Authenticator).authenticate(ctx.tenant, issued.secret)
    except RevokedApiKey:
        return False
    return True


async def test_a_revoked_key_ends_everywhere(
    host: Host, elsewhere: Host, deaf: Host, ctx: Context, issued: IssuedApiKey
) -> None:
    other = await host.get(ApiKeyService).create(
        ctx, NewApiKey(name="Other", permissions=("user:read",))
    )
    for process in (host, elsewhere, deaf):
        assert await works(process, ctx, issued)
        assert await works(process, ctx, other)

    await host.get(ApiKeyService).revoke(ctx, issued.api_key.id)

    assert not await works(host, ctx, issued), "at once where it was revoked"
    for process in (elsewhere, deaf):

        async def is_out(process: Host = process) -> bool:
            return not await works(process, ctx, issued)

        await within(2, is_out)
    for process in (host, elsewhere, deaf):
        assert await works(process, ctx, other), "it alone"


async def test_a_key_is_read_once_for_many_requests(
    host: Host, ctx: Context, issued: IssuedApiKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, read = 0, host.db.read

    def counted(given: Context) -> object:
        nonlocal reads
        reads += 1
        return read(given)

    monkeypatch.setattr(host.db, "read", counted)
    for _ in range(20):
        assert await works(host, ctx, issued)
    assert reads <= 2, "one, or two where the remembered second ended meanwhile"


async def test_a_database_that_is_gone_lets_no_machine_in(
    processes: Processes,
    ctx: Context,
    issued: IssuedApiKey,
    database: TestDatabase,
    tmp_path: Path,
) -> None:
    async with Line(database.urls, tmp_path) as line, processes.open(line.urls) as process:
        assert await works(process, ctx, issued)

        line.cut()

        async def is_unavailable() -> bool:
            try:
                await works(process, ctx, issued)
            except DatabaseUnavailable as error:
                return error.status == 503
            return False

        await within(2, is_unavailable)
