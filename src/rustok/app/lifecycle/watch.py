"""Looks at the modules again and again: asks how they are, and builds anew what failed."""

import asyncio
from typing import Any

import structlog

from rustok.core.errors import Contention, DatabaseUnavailable, DeadlineExceeded
from rustok.core.health import Degraded
from rustok.core.host import Host
from rustok.core.modules.building import initialise
from rustok.core.modules.lifecycle import State
from rustok.core.modules.manifest import Module
from rustok.core.modules.states import CHECK_SECONDS, ModuleStates

LIMIT_SECONDS = 2.0
_log = structlog.get_logger("rustok.modules")

Finding = tuple[State, str] | None
"""The state that a module's own word means, and why; None where the word is not about it."""


class ModuleWatch:
    """Keeps the states of a host's modules true."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._states = host.get(ModuleStates)

    async def run(self) -> None:
        """Looks every few seconds until cancelled."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001  # the next look is needed all the more
                _log.error("modules_not_looked_at", exc_info=error)

    async def look(self) -> None:
        """Looks once: modules are asked at the same time and judged in boot order."""
        asked = [module for module in self._host.modules if self._states[module.name].built]
        found = await asyncio.gather(*(self._ask(module) for module in asked))
        findings = dict(zip((module.name for module in asked), found, strict=True))
        for module in self._host.modules:
            await self._judge(module, findings.get(module.name))

    async def _judge(self, module: Module, finding: Finding) -> None:
        states, name = self._states, module.name
        standing = states[name]
        if standing.state == "disabled" or name in states.lost:
            return
        lacking = states.lacks(name)
        if not standing.built:
            if lacking:
                states.fail(name, lacking)
                return
            initialise(self._host, module)
            if not states[name].built:
                return
            finding = await self._ask(module)
        elif lacking:
            finding = ("failed", lacking)
        if finding is not None and finding != (states[name].state, states[name].reason):
            states.move(name, *finding)

    async def _ask(self, module: Module) -> Finding:
        """The module's own word; one that has none to give is well."""
        try:
            check = module.part("health")
        except Exception as error:  # noqa: BLE001  # whatever importing raises is its finding
            return self._failed(module, error)
        if check is None:
            return "healthy", ""
        asking: asyncio.Future[Any] = asyncio.ensure_future(check(self._host))
        # not asyncio.timeout: a check may not let itself be cancelled soon
        done, _ = await asyncio.wait({asking}, timeout=LIMIT_SECONDS)
        if not done:
            asking.cancel()
            # whoever is slow may be somebody else, such as the database
            return "degraded", f"health: no answer within {LIMIT_SECONDS:g} s"
        try:
            asking.result()
        except Degraded as error:
            return "degraded", str(error) or "it says so"
        except (DatabaseUnavailable, DeadlineExceeded, Contention):
            return self._undecided(module)
        except Exception as error:  # noqa: BLE001  # whatever a check raises is its finding
            return self._failed(module, error)
        return "healthy", ""

    def _undecided(self, module: Module) -> Finding:
        """What the platform lacks is not the module's failure: it stays as it was."""
        standing = self._states[module.name]
        return ("healthy", "") if standing.state == "initialized" else None

    def _failed(self, module: Module, error: Exception) -> Finding:
        reason = f"health: {type(error).__name__}"
        if self._states[module.name].reason != reason:
            _log.error("module_ails", module=module.name, exc_info=error)
        return "failed", reason
