"""Every wrong variable is named at once; nothing is silently ignored."""

import msgspec
import pytest

from rustok.core.settings import BadSettings, read


class Main(msgspec.Struct, frozen=True):
    """Settings without a section."""

    port: int = 8000
    debug: bool = False
    hosts: tuple[str, ...] = ()
    limit: float | None = None


class Cache(msgspec.Struct, frozen=True):
    """A section of its own."""

    entries: int = 10


SECTIONS: dict[str, type[msgspec.Struct]] = {"": Main, "cache": Cache}


def test_values_are_read_by_type() -> None:
    environ = {
        "RUSTOK_PORT": "9000",
        "RUSTOK_DEBUG": "yes",
        "RUSTOK_HOSTS": "a.example, b.example",
        "RUSTOK_LIMIT": "1.5",
        "RUSTOK_CACHE__ENTRIES": "7",
        "PATH": "/bin",
    }

    found = read(SECTIONS, environ)

    assert found[""] == Main(9000, True, ("a.example", "b.example"), 1.5)
    assert found["cache"] == Cache(7)


def test_nothing_set_gives_the_defaults() -> None:
    assert read(SECTIONS, {}) == {"": Main(), "cache": Cache()}


def test_every_problem_is_in_one_report() -> None:
    environ = {
        "RUSTOK_PROT": "1",
        "RUSTOK_PORT": "many",
        "RUSTOK_DEBUG": "perhaps",
        "RUSTOK_CACHE__SIZE": "1",
        "RUSTOK_OTHER__ENTRIES": "1",
    }

    with pytest.raises(BadSettings) as caught:
        read(SECTIONS, environ)

    report = str(caught.value)
    assert len(caught.value.problems) == 5
    assert "RUSTOK_PROT is not a setting; did you mean RUSTOK_PORT?" in report
    assert "RUSTOK_PORT='many' is invalid" in report
    assert "RUSTOK_DEBUG='perhaps' is invalid" in report
    assert "RUSTOK_CACHE__SIZE is not a setting" in report
    assert "RUSTOK_OTHER__ENTRIES is not a setting" in report


def test_variables_of_the_test_suite_are_not_settings() -> None:
    assert read(SECTIONS, {"RUSTOK_TEST_DATABASE_URL": "x"})[""] == Main()
