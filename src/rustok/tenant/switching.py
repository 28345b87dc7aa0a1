"""Switches modules for a tenant: with what they require, their hooks, and a journal."""

from collections.abc import Awaitable, Callable

import msgspec
import structlog

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.errors import RustokError
from rustok.core.host import Host
from rustok.core.modules.manifest import Module
from rustok.core.modules.states import ModuleStates
from rustok.tenant import events, repository
from rustok.tenant.changing import locked, record, save
from rustok.tenant.errors import ModuleHookFailed, ModuleRequired, ModuleUnknown
from rustok.tenant.journal import Action, ModuleJournal
from rustok.tenant.repository import TenantRow

_log = structlog.get_logger("rustok.tenant")
Change = Callable[[Context, WriteSession, Module], Awaitable[None]]


class ModuleSwitch:
    """Each switch is one transaction of hooks, rows and facts: all of it happens, or nothing."""

    def __init__(self, host: Host, journal: ModuleJournal) -> None:
        self._host = host
        self._modules = host.modules
        self._journal = journal

    async def enable(self, ctx: Context, name: str) -> None:
        """Switches a module on, after all it requires that is off.

        Raises ModuleUnknown, ModuleFailed, ModuleDisabled, ModuleHookFailed, and what hooks raise.
        """
        module = self._known(name)
        self._host.get(ModuleStates).admit(name)
        await self._journaled(ctx, module, "enable", self._enable)

    async def disable(self, ctx: Context, name: str) -> None:
        """Switches a module off; raises ModuleUnknown, ModuleRequired, ModuleHookFailed."""
        module = self._known(name)
        if module.core:
            raise ModuleRequired(f"{name} is part of the platform.")
        await self._journaled(ctx, module, "disable", self._disable)

    async def begin(self, ctx: Context, session: WriteSession) -> None:
        """Runs what modules do for a tenant that is being made, with all of them on."""
        unusable = self._host.get(ModuleStates).unusable
        for module in self._modules:
            if module.name not in unusable:
                await self._hook(ctx, session, module, "enable")

    async def _journaled(
        self, ctx: Context, module: Module, action: Action, change: Change
    ) -> None:
        entry = await self._journal.start(ctx, module.name, action)
        try:
            async with self._host.db.write(ctx) as session:
                await change(ctx, session, module)
                await self._journal.finish(session, entry)
        except Exception as error:
            await self._journal.fail(ctx, entry, error)
            raise

    async def _enable(self, ctx: Context, session: WriteSession, asked: Module) -> None:
        row = await locked(session)
        off = set(await session.all(repository.MODULES_OFF))
        wanted = ({asked.name} | self._modules.with_requirements({asked.name})) & off
        for module in self._modules:
            if module.name in wanted:
                await self._set(session, module, enabled=True)
                await self._hook(ctx, session, module, "enable")
                fact = events.ModuleEnabled(module=module.name)
                row = await self._told(ctx, session, row, fact)

    async def _disable(self, ctx: Context, session: WriteSession, module: Module) -> None:
        row = await locked(session)
        off = set(await session.all(repository.MODULES_OFF))
        needing = self._modules.dependents(module.name) - off
        if needing:
            raise ModuleRequired(f"These require it: {', '.join(sorted(needing))}.")
        if module.name not in off:
            await self._set(session, module, enabled=False)
            await self._hook(ctx, session, module, "disable")
            await self._told(ctx, session, row, events.ModuleDisabled(module=module.name))

    async def _hook(
        self, ctx: Context, session: WriteSession, module: Module, action: Action
    ) -> None:
        try:
            hook = module.part(f"on_{action}")
            if hook is not None:
                await hook(ctx, session, self._host)
        except RustokError:
            raise
        except Exception as error:
            _log.exception("module_hook_failed", module=module.name, action=action)
            raise ModuleHookFailed(
                f"{module.name} could not be {action}d: its hook failed, and nothing was changed."
            ) from error

    async def _told(
        self,
        ctx: Context,
        session: WriteSession,
        row: TenantRow,
        fact: events.ModuleEnabled | events.ModuleDisabled,
    ) -> TenantRow:
        """The row one version higher, with the fact that made it so."""
        await save(session, row, self._host.clock.now())
        await record(session, ctx, fact, version=row.version + 1)
        return msgspec.structs.replace(row, version=row.version + 1)

    async def _set(self, session: WriteSession, module: Module, *, enabled: bool) -> None:
        await session.execute(
            repository.SWITCH_MODULE,
            module=module.name,
            enabled=enabled,
            now=self._host.clock.now(),
        )

    def _known(self, name: str) -> Module:
        if name not in self._modules:
            raise ModuleUnknown(f"No module {name[:60]!r} is installed.")
        return self._modules[name]
