"""How every module of this process stands, and whether its requests are taken."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

import structlog

from rustok.core.errors import ModuleDegraded, ModuleDisabled, ModuleFailed, RustokError
from rustok.core.modules.lifecycle import Standing, State, broken, moved
from rustok.core.modules.manifest import Module
from rustok.core.modules.registry import Modules

CHECK_SECONDS = 5
"""How often modules are looked at again, which is also when a caller may ask again."""

Listener = Callable[[str, Standing, Standing], None]
_log = structlog.get_logger("rustok.modules")


class ModuleStates:
    """One standing for each installed module.

    `unusable` are the modules whose requests are refused, `read_only` those whose writes are,
    `lost` those that only another start mends: nearly always empty, and sets, so that asking
    costs a request nothing.
    """

    def __init__(self, modules: Modules, now: Callable[[], datetime]) -> None:
        self._modules = modules
        self._now = now
        self._standings = {module.name: Standing(since=now()) for module in modules}
        self._listeners: list[Listener] = []
        self.transitions: Counter[tuple[str, State]] = Counter()
        self.unusable: frozenset[str] = frozenset()
        self.read_only: frozenset[str] = frozenset()
        self.lost: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Standing:
        """The standing of a module; raises KeyError."""
        return self._standings[name]

    def __iter__(self) -> Iterator[tuple[Module, Standing]]:
        """Every module with its standing, in boot order."""
        for module in self._modules:
            yield module, self._standings[module.name]

    def listen(self, listener: Listener) -> None:
        """Calls the listener with name, former and new standing after each transition."""
        self._listeners.append(listener)

    def move(self, name: str, to: State, reason: str = "") -> None:
        """Moves a module; raises IllegalTransition."""
        self._set(name, moved(self._standings[name], to, now=self._now(), reason=reason))

    def fail(self, name: str, reason: str, *, for_good: bool = False) -> None:
        """Fails a module until it is initialised again, or for as long as the process lives.

        Raises IllegalTransition.
        """
        if for_good:
            self.lost |= {name}
        self._set(name, broken(self._standings[name], now=self._now(), reason=reason))

    def lacks(self, name: str) -> str:
        """Which of its requirements do not work, in words; empty where all do."""
        required = (one for one in self._modules[name].requires)
        failed = [one for one in required if self._standings[one].state in {"failed", "disabled"}]
        states = (f"{one}, which is {self._standings[one].state}" for one in failed)
        return f"it requires {' and '.join(states)}" if failed else ""

    def refusal(self, name: str, *, writes: bool = False) -> RustokError | None:
        """Why a request to the module is refused: ModuleFailed, ModuleDegraded, ModuleDisabled."""
        standing = self._standings[name]
        if standing.state == "disabled":
            return ModuleDisabled(f"The module {name} is switched off on this server.")
        if standing.state == "degraded":
            fallback = self._modules[name].fallback
            if fallback == "refuse" or (writes and fallback == "read-only"):
                refused = "writes" if fallback == "read-only" else "requests"
                detail = f"The module {name} is degraded and takes no {refused} now."
                return ModuleDegraded(detail, retry_after=CHECK_SECONDS)
            return None
        if standing.state == "failed" or not standing.built:
            return ModuleFailed(f"The module {name} does not work.", retry_after=CHECK_SECONDS)
        return None

    def admit(self, name: str, *, writes: bool = False) -> None:
        """Raises ModuleFailed, ModuleDegraded or ModuleDisabled where a request is refused."""
        if name in self.unusable or (writes and name in self.read_only):
            refusal = self.refusal(name, writes=writes)
            if refusal is not None:
                raise refusal

    def _set(self, name: str, after: Standing) -> None:
        before, self._standings[name] = self._standings[name], after
        self.unusable = self._refused(writes=False)
        self.read_only = self._refused(writes=True)
        if before.state == after.state:
            return
        self.transitions[name, after.state] += 1
        if {before.state, after.state} & {"degraded", "failed"}:  # every start has the others
            _log.warning(
                "module_state_changed",
                module=name,
                before=before.state,
                state=after.state,
                reason=after.reason,
            )
        for listener in self._listeners:
            listener(name, before, after)

    def _refused(self, *, writes: bool) -> frozenset[str]:
        standing = [module.name for module in self._modules if self._settled(module.name)]
        return frozenset(name for name in standing if self.refusal(name, writes=writes) is not None)

    def _settled(self, name: str) -> bool:
        """Whether it was decided already: while modules are built, nobody asks."""
        return self._standings[name].state not in {"registered", "initialized"}
