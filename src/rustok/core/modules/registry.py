"""Finds the installed modules and puts them in order, or says all that is wrong with the set."""

from collections import Counter
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import EntryPoint, entry_points

from rustok.core.modules.manifest import Module

GROUP = "rustok.modules"


class BadModules(Exception):
    """The installed modules do not fit together; the message lists every problem."""

    code = "BAD_MODULES"

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"The installed modules do not fit together:\n{lines}")


class Modules:
    """A checked set of modules, each after the ones it requires."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._ordered = ordered(tuple(modules))
        self._by_name = {module.name: module for module in self._ordered}
        self.names = frozenset(self._by_name)
        self.core_names = frozenset(module.name for module in self._ordered if module.core)

    def __iter__(self) -> Iterator[Module]:
        """The modules in boot order."""
        return iter(self._ordered)

    def __contains__(self, name: object) -> bool:
        """Whether a module of this name is installed."""
        return name in self._by_name

    def __getitem__(self, name: str) -> Module:
        """The module of this name; raises KeyError."""
        return self._by_name[name]

    def dependents(self, name: str) -> frozenset[str]:
        """The modules that require this one, directly or through others."""
        found: set[str] = set()
        for module in self._ordered:
            if name in module.requires or found & set(module.requires):
                found.add(module.name)
        return frozenset(found)

    def with_requirements(self, names: Iterable[str]) -> frozenset[str]:
        """The modules and all that they require, core modules included."""
        wanted = set(names) | self.core_names
        for module in reversed(self._ordered):
            if module.name in wanted:
                wanted.update(module.requires)
        return frozenset(wanted)


def ordered(modules: tuple[Module, ...]) -> tuple[Module, ...]:
    """The modules in boot order; raises BadModules with every problem of the set."""
    counts = Counter(module.name for module in modules)
    problems = [f"{name} is installed {n} times" for name, n in sorted(counts.items()) if n > 1]
    for module in modules:
        problems += [
            f"{module.name} requires {name}, which is not installed"
            for name in module.requires
            if name not in counts
        ]
    graph = {module.name: sorted(module.requires) for module in modules}
    try:
        order = list(TopologicalSorter(dict(sorted(graph.items()))).static_order())
    except CycleError as error:
        order = []
        problems.append("these require each other: " + " -> ".join(error.args[1]))
    if problems:
        raise BadModules(problems)
    by_name = {module.name: module for module in modules}
    return tuple(by_name[name] for name in order)


def installed() -> Modules:
    """Every module of the entry point group; raises BadModules."""
    problems, modules = [], []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            modules.append(_load(point))
        except (ImportError, AttributeError, TypeError, ValueError) as error:
            problems.append(f"{point.name} ({point.value}) cannot be loaded: {error}")
    if problems:
        raise BadModules(problems)
    return Modules(modules)


def _load(point: EntryPoint) -> Module:
    module = point.load()
    if not isinstance(module, Module):
        raise TypeError(f"{point.value} is no Module")
    if module.name != point.name:
        raise ValueError(f"its manifest says the name {module.name!r}")
    return module
