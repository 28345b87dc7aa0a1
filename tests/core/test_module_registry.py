"""A bad set of modules is refused in one report; a good one is put in order."""

import pytest

from rustok.core.modules.manifest import Module
from rustok.core.modules.registry import BadModules, Modules, installed


def module(name: str, *requires: str, core: bool = False) -> Module:
    return Module(name=name, version="1", summary=name, requires=requires, core=core)


def test_modules_come_after_what_they_require() -> None:
    found = Modules([module("shop", "auth"), module("auth", "tenant"), module("tenant")])

    assert [one.name for one in found] == ["tenant", "auth", "shop"]


def test_every_problem_is_in_one_report() -> None:
    broken = [
        module("a", "b"),
        module("b", "a"),
        module("c", "missing"),
        module("d"),
        module("d"),
    ]

    with pytest.raises(BadModules) as caught:
        Modules(broken)

    report = str(caught.value)
    assert "d is installed 2 times" in report
    assert "c requires missing, which is not installed" in report
    assert "these require each other" in report


def test_dependents_are_found_through_others() -> None:
    found = Modules([module("a"), module("b", "a"), module("c", "b"), module("d")])

    assert found.dependents("a") == {"b", "c"}
    assert found.with_requirements({"c"}) == {"a", "b", "c"}


def test_core_modules_are_always_with_it() -> None:
    found = Modules([module("tenant", core=True), module("blog")])

    assert found.with_requirements({"blog"}) == {"tenant", "blog"}


def test_the_installed_modules_fit_together() -> None:
    found = installed()

    assert "tenant" in found
    assert found.core_names <= found.names
