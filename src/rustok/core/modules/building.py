"""Builds modules one by one, so that one which cannot be built takes no other down."""

from typing import Any, Final

import structlog

from rustok.core.host import Host
from rustok.core.modules.manifest import Module
from rustok.core.modules.states import ModuleStates

SERVICES: Final = "services"
_log = structlog.get_logger("rustok.modules")


class CoreModuleFailed(Exception):
    """A module that every tenant needs cannot be built: without it nothing is served."""

    code = "CORE_MODULE_FAILED"


def initialise(host: Host, module: Module) -> None:
    """Builds the module's services and moves its state.

    Whatever a module raises fails it, and with it those that require it. What a core module
    raises is raised: as it is where it has a stable code, else as CoreModuleFailed.
    """
    states = host.get(ModuleStates)
    lacking = states.lacks(module.name)
    if lacking:
        states.fail(module.name, lacking)
        return
    try:
        make = module.part(SERVICES)
        services = {} if make is None else make(host)
        for name, service in services.items():
            host.name(name, service)
    except Exception as error:  # noqa: BLE001  # whatever it raises fails it
        refused(host, module, SERVICES, error)
        return
    states.move(module.name, "initialized")


def made(host: Host, part: str) -> list[Any]:
    """What `build(host)` of a part makes, of every module that was built, in boot order.

    One that ails by its own word is among them: it may be well a moment later. A module whose part
    raises is failed, and brings nothing; raises as `initialise`.
    """
    found: list[Any] = []
    for module, standing in host.get(ModuleStates):
        if standing.state in {"failed", "disabled"} and not standing.built:
            continue
        try:
            make = module.part(part)
            if make is not None:
                found.extend(make(host))
        except Exception as error:  # noqa: BLE001  # as above
            refused(host, module, part, error)
    return found


def loaded(host: Host, module: Module, part: str) -> Any:
    """A part as it is imported; None where there is none, or where it fails its module."""
    try:
        return module.part(part)
    except Exception as error:  # noqa: BLE001  # as above
        refused(host, module, part, error)
        return None


def refused(host: Host, module: Module, part: str, error: Exception) -> None:
    """Fails the module for what a part of it raised; raises as `initialise`.

    Services are built again later. Other parts are mounted once, so that they fail their module
    until the process is started again.
    """
    if module.core:
        if isinstance(getattr(error, "code", None), str):
            raise error
        raise CoreModuleFailed(f"{module.name} ({part}): {error!r}") from error
    states = host.get(ModuleStates)
    reason = f"{part}: {type(error).__name__}"
    if states[module.name].reason != reason:
        _log.error("module_failed", module=module.name, part=part, exc_info=error)
    states.fail(module.name, reason, for_good=part != SERVICES)
    for name in host.modules.dependents(module.name):
        if states[name].built:
            states.move(name, "failed", states.lacks(name) or f"it requires {module.name}")
