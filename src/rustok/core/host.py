"""What a module is built with: the database, the clock, and what other modules offer, by type."""

from collections.abc import Mapping
from typing import Any, TypeVar

from rustok.core.clock import Clock
from rustok.core.db import Database
from rustok.core.ids import IdSource
from rustok.core.modules.registry import Modules
from rustok.core.modules.states import ModuleStates

T = TypeVar("T")


class NotProvided(LookupError):
    """Nothing of this type was provided: the module that brings it is missing in `requires`."""


class Host:
    """Given to every `build(host)`, in boot order: what a module requires is there before it.

    `db` opens sessions of the runtime role; `worker`, in processes that run workers, sessions of
    the role that serves all tenants.
    """

    def __init__(
        self,
        *,
        db: Database,
        worker: Database | None,
        clock: Clock,
        ids: IdSource,
        modules: Modules,
        settings: Mapping[str, Any],
    ) -> None:
        self.db = db
        self.worker = worker
        self.clock = clock
        self.ids = ids
        self.modules = modules
        self.named: dict[str, object] = {}
        self._by_type: dict[type, object] = {}
        self._settings = {type(value): value for value in settings.values()}
        self.provide(ModuleStates, ModuleStates(modules, clock.now))

    def settings(self, kind: type[T]) -> T:
        """The settings of a class that some module or the platform declares."""
        found: T = self._settings[kind]
        return found

    def provide(self, kind: type[T], value: T) -> None:
        """Offers a port's or service's implementation under its type."""
        self._by_type[kind] = value

    def name(self, name: str, value: object) -> None:
        """Offers a service to REST handlers under a parameter name, and to all under its class."""
        if name in self.named:
            raise ValueError(f"two services are named {name}")
        self.named[name] = value
        self._by_type[type(value)] = value

    def get(self, kind: type[T]) -> T:
        """The implementation of a type; raises NotProvided."""
        try:
            found: Any = self._by_type[kind]
        except KeyError:
            raise NotProvided(f"{kind.__module__}.{kind.__qualname__}") from None
        return found  # type: ignore[no-any-return]  # keyed by its own type

    def find(self, kind: type[T]) -> T | None:
        """The implementation of a type, or None where this process has none."""
        found: Any = self._by_type.get(kind)
        return found  # type: ignore[no-any-return]  # keyed by its own type
