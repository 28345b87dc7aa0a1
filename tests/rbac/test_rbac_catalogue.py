"""What built-in roles hold follows from what the modules declare."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.errors import ValidationFailed
from rustok.core.permissions import Permission
from rustok.rbac.domain import (
    ADMIN,
    CUSTOMER,
    MANAGER,
    SUPER_ADMIN,
    Catalogue,
    check_name,
    check_permissions,
)

words = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
resources = st.one_of(
    words, st.sampled_from(["user", "role", "tenant", "module", "event", "platform"])
)
catalogues = st.sets(st.tuples(resources, words)).map(
    lambda pairs: Catalogue(Permission(f"{r}:{a}", "") for r, a in sorted(pairs))
)


@given(catalogues)
def test_each_built_in_role_holds_all_that_the_next_one_does(catalogue: Catalogue) -> None:
    held = [catalogue.holds(role, ()) for role in (SUPER_ADMIN, ADMIN, MANAGER, CUSTOMER)]

    assert held == sorted(held, key=len, reverse=True)
    assert all(less <= more for more, less in pairwise(held))
    assert held[0] == set(catalogue.permissions)
    assert held[-1] == frozenset()


@given(catalogues)
def test_the_platforms_permissions_are_the_super_admins_alone(catalogue: Catalogue) -> None:
    platform = {key for key in catalogue.permissions if key.startswith("platform:")}

    assert catalogue.holds(SUPER_ADMIN, ()) - catalogue.holds(ADMIN, ()) == platform
    assert not catalogue.holds("custom", catalogue.permissions) & platform


@given(catalogues)
def test_managers_hold_nothing_over_people_roles_and_the_tenant(catalogue: Catalogue) -> None:
    held = catalogue.holds(MANAGER, ())

    kept = ("user:", "role:", "tenant:", "module:", "event:", "dead-letter:")
    assert catalogue.holds(ADMIN, ()) - held == {
        key for key in catalogue.tenant if key.startswith(kept)
    }


@given(catalogues, st.sets(words.map(lambda word: f"gone:{word}")))
def test_permissions_of_modules_that_are_gone_give_nothing(
    catalogue: Catalogue, stored: set[str]
) -> None:
    assert catalogue.holds("custom", stored) == stored & catalogue.tenant


@pytest.mark.parametrize("name", ["", "a", "Admin", "1st", "with space", "é" * 4, "a" * 64, "a\n"])
def test_a_name_that_cannot_stand_in_a_path_is_refused(name: str) -> None:
    with pytest.raises(ValidationFailed):
        check_name(name)


@pytest.mark.parametrize("name", [SUPER_ADMIN, ADMIN, MANAGER, CUSTOMER])
def test_built_in_names_are_reserved(name: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        check_name(name)

    assert caught.value.errors[0].code == "ROLE_RESERVED"


def test_every_unknown_permission_is_pointed_at() -> None:
    catalogue = Catalogue([Permission("product:read", ""), Permission("platform:own", "")])

    with pytest.raises(ValidationFailed) as caught:
        check_permissions(catalogue, ["product:read", "*", "platform:own", "ghost:read"])

    assert [error.pointer for error in caught.value.errors] == [
        "/permissions/1",
        "/permissions/2",
        "/permissions/3",
    ]
