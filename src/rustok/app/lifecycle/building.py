"""Brings every module of a host to life, or says which cannot."""

from collections.abc import Iterator

from rustok.app.lifecycle.watch import ModuleWatch
from rustok.app.settings import PlatformSettings
from rustok.core.health import Degraded, HealthChecks, Probe
from rustok.core.host import Host
from rustok.core.metrics import ProcessMetrics, Sample
from rustok.core.modules.building import initialise
from rustok.core.modules.registry import Modules
from rustok.core.modules.states import ModuleStates
from rustok.core.settings import BadSettings, variable_name

VARIABLE = variable_name("", "disabled_modules")


def build(host: Host) -> ModuleWatch:
    """Builds every module's services, each after those it requires.

    A module that cannot be built is failed and the others go on; those that the settings switch
    off are left out. Raises what a core module raises, and BadSettings for a module that cannot be
    left out.
    """
    states = host.get(ModuleStates)
    disabled = host.settings(PlatformSettings).disabled_modules
    problems = [f"{VARIABLE}: {line}" for line in _problems(host.modules, disabled)]
    if problems:
        raise BadSettings(problems)
    for module in host.modules:
        if module.name in disabled:
            states.move(module.name, "disabled", f"switched off by {VARIABLE}")
        else:
            initialise(host, module)
    _publish(states, host.get(ProcessMetrics))
    host.get(HealthChecks).add("modules", _check(states))
    return ModuleWatch(host)


def _problems(modules: Modules, disabled: tuple[str, ...]) -> Iterator[str]:
    for name in disabled:
        if name not in modules:
            yield f"no module {name[:60]!r} is installed"
            continue
        if name in modules.core_names:
            yield f"{name} is part of the platform"
        needing = sorted(modules.dependents(name) - set(disabled))
        if needing:
            yield f"{name} is required by {', '.join(needing)}"


def _publish(states: ModuleStates, metrics: ProcessMetrics) -> None:
    def standing() -> Iterator[Sample]:
        for module, found in states:
            yield (module.name, found.state), 1.0

    def transitions() -> Iterator[Sample]:
        for (name, state), count in states.transitions.items():
            yield (name, state), float(count)

    labels = ("module", "state")
    metrics.gauge("rustok_module_state", "1 for the state a module is in.", standing, labels=labels)
    metrics.count(
        "rustok_module_transitions_total",
        "How often a module came into a state.",
        transitions,
        labels=labels,
    )


def _check(states: ModuleStates) -> Probe:
    async def modules() -> None:
        ailing = [
            f"{module.name} is {standing.state}"
            for module, standing in states
            if standing.state in {"failed", "degraded"}
        ]
        if ailing:
            raise Degraded("; ".join(ailing))

    return modules
