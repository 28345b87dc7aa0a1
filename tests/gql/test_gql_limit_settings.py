"""Operators change limits by environment variables."""

import msgspec
import pytest

from rustok.app.web.limits import LimitSettings
from rustok.core.settings import BadSettings, read
from rustok.gql import ANONYMOUS, STAFF

SECTION = "graphql_limits"


def settings(**variables: str) -> LimitSettings:
    environ = {f"RUSTOK_GRAPHQL_LIMITS__{name.upper()}": text for name, text in variables.items()}
    found: LimitSettings = read({SECTION: LimitSettings}, environ)[SECTION]
    return found


def test_without_settings_the_limits_are_the_defaults() -> None:
    assert settings().limits(staff=False) == ANONYMOUS
    assert settings().limits(staff=True) == STAFF


def test_each_kind_of_caller_has_its_own_changes() -> None:
    found = settings(anonymous="depth=8, cost=10000", staff="seconds=2.5")
    assert found.limits(staff=False) == msgspec.structs.replace(ANONYMOUS, depth=8, cost=10_000)
    assert found.limits(staff=True) == msgspec.structs.replace(STAFF, seconds=2.5)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("dept=8", "'dept' is no limit; there are aliases, batch"),
        ("depth", "the limit depth is a number, not ''"),
        ("depth=many", "the limit depth is a number, not 'many'"),
        ("depth=2.5", "the limit depth is a number"),
        ("cost=0", "the limit cost is above 0"),
        ("cost=-1", "the limit cost is above 0"),
        ("seconds=nan", "the limit seconds is above 0"),
        ("seconds=inf", "the limit seconds is above 0"),
    ],
)
def test_a_limit_that_is_none_ends_the_start(text: str, complaint: str) -> None:
    with pytest.raises(BadSettings, match=complaint):
        settings(anonymous=text)
