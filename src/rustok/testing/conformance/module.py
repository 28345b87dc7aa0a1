"""What any module must satisfy, as a test class: a subclass names its module."""

from typing import ClassVar

import asyncpg
import httpx
import pytest

from rustok.core.context import Context
from rustok.core.host import Host
from rustok.core.modules.manifest import Module
from rustok.core.modules.registry import Modules
from rustok.core.modules.states import ModuleStates
from rustok.core.tenants import TenantDirectory
from rustok.tenant.errors import ModuleRequired
from rustok.tenant.service import TenantService
from rustok.testing.conformance import declarations, fences, projections, queries, switching
from rustok.testing.databases import TestDatabase


class ModuleConformance:
    """Subclass it as `class TestConformance(ModuleConformance): module = MODULE`.

    A module with projections overrides `populate`, so that there is something to project. Tables
    that belong to no tenant are named in `global_tables`, for a reviewer to see.
    """

    module: ClassVar[Module]
    global_tables: ClassVar[frozenset[str]] = frozenset()

    async def populate(self, host: Host, ctx: Context) -> None:
        """Writes what the module's projections make documents of, through its services."""

    def test_it_is_installed_with_all_its_parts(self, modules: Modules) -> None:
        assert modules[self.module.name] == self.module
        assert list(declarations.part_problems(self.module, modules)) == []

    def test_access_is_declared(self, modules: Modules) -> None:
        assert list(declarations.access_problems(self.module, modules)) == []

    def test_events_can_be_relied_on(self, modules: Modules) -> None:
        assert list(declarations.event_problems(self.module, modules)) == []

    async def test_tables_are_fenced(self, database: TestDatabase) -> None:
        connection = await asyncpg.connect(database.owner_url)
        try:
            assert await fences.problems(connection, self.global_tables) == []
        finally:
            await connection.close()

    async def test_queries_fit_their_types(self, database: TestDatabase) -> None:
        connection = await asyncpg.connect(database.owner_url)
        try:
            assert await queries.problems(connection, [self.module]) == []
        finally:
            await connection.close()

    async def test_a_rebuild_equals_what_events_made(
        self, database: TestDatabase, host: Host, ctx: Context
    ) -> None:
        await self.populate(host, ctx)

        assert await projections.problems(database.owner_url, host, self.module) == []

    async def test_switched_off_it_does_not_answer(
        self, client: httpx.AsyncClient, host: Host, ctx: Context
    ) -> None:
        if self.module.core:
            with pytest.raises(ModuleRequired):
                await host.get(TenantService).disable_module(ctx, self.module.name)
            return
        await switching.switch_off(host, ctx, self.module)

        assert await switching.answering(client, host, self.module) == []

    async def test_switched_on_again_it_is_as_before(self, host: Host, ctx: Context) -> None:
        if self.module.core:
            return
        await switching.switch_off(host, ctx, self.module)
        await switching.switch_on(host, ctx, self.module)

        tenant = await host.get(TenantDirectory).by_id(ctx.tenant.id)
        assert self.module.name in tenant.modules
        assert await switching.journal_problems(host, ctx, self.module) == []

    def test_it_comes_to_life_healthy(self, host: Host) -> None:
        assert host.get(ModuleStates)[self.module.name].state == "healthy"
