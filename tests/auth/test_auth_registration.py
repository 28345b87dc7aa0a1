"""Registering: who becomes a user, what they may do, and what is said about it."""

import msgspec
import pytest

from rustok.auth.errors import EmailTaken
from rustok.auth.service import AuthService
from rustok.auth.types import Registration
from rustok.core.context import Context
from rustok.core.errors import Throttled, ValidationFailed
from rustok.testing.actors import as_anonymous
from rustok.testing.databases import TestDatabase
from tests.auth.people import PASSWORD, People, facts, rows


async def test_a_visitor_becomes_a_customer_and_is_signed_in(people: People) -> None:
    signed_in = await people.register()

    assert signed_in.user.roles == ("customer",)
    assert signed_in.position is not None
    actor = (await people.context(signed_in)).actor
    assert (actor.kind, actor.user_id) == ("user", signed_in.user.id)
    assert actor.permissions == frozenset()


async def test_the_facts_name_no_person(people: People, database: TestDatabase) -> None:
    await people.register("ada.lovelace@example.org")

    found = await facts(database)
    assert [name for name, _, _ in found] == [
        "user.registered",
        "user.roles_changed",
        "session.created",
    ]
    assert all(version == 1 for _, version, _ in found)
    told = " ".join(payload for _, _, payload in found)
    assert "lovelace" not in told.lower()
    assert "Ada" not in told


async def test_the_password_is_stored_as_argon2id_only(
    people: People, database: TestDatabase
) -> None:
    await people.register()

    (row,) = await rows(database, "SELECT * FROM auth_users")
    assert row["password_hash"].startswith("$argon2id$")
    assert PASSWORD not in str(dict(row))


async def test_an_email_is_taken_in_every_spelling(people: People) -> None:
    await people.register("ada@example.org")

    for spelling in ("ADA@example.org", "ada@EXAMPLE.ORG", "\uff41da@example.org"):
        with pytest.raises(EmailTaken):
            await people.register(spelling)


async def test_the_same_email_is_another_user_in_another_tenant(
    people: People, auth: AuthService, other_ctx: Context
) -> None:
    here = await people.register()
    given = Registration(email="ada@example.org", password=PASSWORD, name="Ada")
    there = await auth.register(as_anonymous(other_ctx), given)

    assert there.user.id != here.user.id


BAD_INPUT = [
    ({"email": "ada"}, "email", "INVALID_EMAIL"),
    ({"email": "ada@localhost"}, "email", "INVALID_EMAIL"),
    ({"email": " ada@example.org"}, "email", "INVALID_EMAIL"),
    ({"email": "ada@exa\x00mple.org"}, "email", "INVALID_EMAIL"),
    ({"email": f"{'a' * 65}@example.org"}, "email", "INVALID_EMAIL"),
    ({"name": "  "}, "name", "INVALID_NAME"),
    ({"name": "A\x00da"}, "name", "INVALID_NAME"),
    ({"name": "a" * 201}, "name", "INVALID_NAME"),
    ({"locale": "fr"}, "locale", "UNKNOWN_LOCALE"),
    ({"password": "short"}, "password", "PASSWORD_LENGTH"),
    ({"password": "x1" * 101}, "password", "PASSWORD_LENGTH"),
    ({"password": "ADA@example.org"}, "password", "PASSWORD_IS_EMAIL"),
    ({"password": "Password123"}, "password", "PASSWORD_TOO_COMMON"),
    ({"password": "aaaaaaaaaaaa"}, "password", "PASSWORD_TOO_COMMON"),
]


async def test_bad_input_names_the_field_and_leaves_nothing(
    auth: AuthService, visitor: Context, database: TestDatabase
) -> None:
    given = Registration(email="ada@example.org", password=PASSWORD, name="Ada")
    for changes, field, code in BAD_INPUT:
        with pytest.raises(ValidationFailed) as caught:
            await auth.register(visitor, msgspec.structs.replace(given, **changes))

        assert [(error.path, error.code) for error in caught.value.errors] == [((field,), code)]
    assert await rows(database, "SELECT 1 FROM auth_users") == []


async def test_everything_wrong_is_said_at_once(auth: AuthService, visitor: Context) -> None:
    with pytest.raises(ValidationFailed) as caught:
        await auth.register(visitor, Registration(email="no", password="no", name=""))

    assert [error.path for error in caught.value.errors] == [("email",), ("name",), ("password",)]


@pytest.mark.parametrize("field", ["roles", "permissions", "status", "tenantId", "id", "version"])
def test_a_body_cannot_say_more_than_a_visitor_may(field: str) -> None:
    body = {"email": "a@example.org", "password": PASSWORD, "name": "A", field: "admin"}

    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert(body, Registration)


async def test_registrations_from_one_address_are_limited(
    people: People, auth: AuthService, visitor: Context
) -> None:
    limit = auth._attempts._limits["registration"]
    given = Registration(email="no email", password=PASSWORD, name="Ada")
    for _ in range(limit):
        with pytest.raises(ValidationFailed):
            await auth.register(visitor, given)

    with pytest.raises(Throttled) as caught:
        await people.register()

    assert caught.value.retry_after == 900
