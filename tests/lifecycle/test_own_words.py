"""What the platform's own modules say of themselves."""

from rustok.app.bootstrap import open_host
from rustok.auth.service import KeyRing
from rustok.core.modules.states import ModuleStates
from rustok.testing.databases import SECRET, TestDatabase

OTHER = SECRET[::-1]


async def test_keys_that_another_secret_sealed_are_said_to_be_unreadable(
    database: TestDatabase,
) -> None:
    async with open_host(
        database.config, database.modules, database.urls, SECRET, workers=False
    ) as host:
        await host.get(KeyRing).current()
        assert host.get(ModuleStates)["auth"].state == "healthy"
    async with open_host(
        database.config, database.modules, database.urls, OTHER, workers=False
    ) as host:
        standing = host.get(ModuleStates)["auth"]
        assert standing.state == "degraded"
        assert "[SIGNING_KEYS_UNREADABLE]" in standing.reason
        assert host.get(ModuleStates).unusable == frozenset()
