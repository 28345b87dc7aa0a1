"""Signing in: equal answers for equal ignorance, and only so many attempts."""

import asyncio
from collections import Counter

import msgspec
import pytest

from rustok.auth.attempts import network
from rustok.auth.errors import HashingBusy, InvalidCredentials
from rustok.auth.service import AuthService, UserService
from rustok.auth.types import Credentials, PasswordChange
from rustok.core.context import Context
from rustok.core.errors import RustokError, Throttled
from rustok.testing.databases import TestDatabase
from tests.auth.conftest import Processes
from tests.auth.people import PASSWORD, Clock, People, count_hashes, rows


async def test_the_right_password_begins_a_session(people: People) -> None:
    registered = await people.register()

    signed_in = await people.login(" ADA@Example.org ")

    assert signed_in.user.id == registered.user.id
    assert signed_in.tokens.session_id != registered.tokens.session_id
    assert signed_in.tokens.expires_in == 900


async def test_wrong_unknown_and_suspended_are_one_answer_of_one_cost(
    people: People, users: UserService, ctx: Context, auth: AuthService
) -> None:
    await people.register("ada@example.org")
    suspended = await people.register("eve@example.org")
    await users.suspend(ctx, suspended.user.id)
    hasher = count_hashes(auth)

    answers = []
    for email, password in (
        ("ada@example.org", "a wrong password"),
        ("nobody@example.org", PASSWORD),
        ("no email at all", PASSWORD),
        ("eve@example.org", PASSWORD),
    ):
        before = hasher.verified
        with pytest.raises(InvalidCredentials) as caught:
            await people.login(email, password)
        error = caught.value
        answers.append((error.code, error.status, error.detail, hasher.verified - before))

    assert answers == [("INVALID_CREDENTIALS", 401, "Wrong email or password", 1)] * 4


async def test_the_hash_for_nobody_costs_what_a_real_one_does(auth: AuthService) -> None:
    passwords = auth._passwords

    real, nobodys = await passwords.hash(PASSWORD), passwords._nobodys

    assert real.rsplit("$", 2)[0] == nobodys.rsplit("$", 2)[0]
    assert [len(part) for part in real.split("$")] == [len(part) for part in nobodys.split("$")]
    assert not passwords.is_outdated(nobodys)
    assert not await passwords.verify(None, PASSWORD)


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
async def test_an_account_allows_ten_attempts_known_or_not(
    people: People, clock: Clock, email: str
) -> None:
    await people.register()
    for _ in range(10):
        with pytest.raises(InvalidCredentials):
            await people.login(email, "a wrong password")
    clock.turn(minutes=5)

    with pytest.raises(Throttled) as caught:
        await people.login(email, PASSWORD)

    assert caught.value.retry_after == 600


async def test_the_window_ends(people: People, clock: Clock) -> None:
    await people.register()
    for _ in range(11):
        with pytest.raises(RustokError):
            await people.login(password="a wrong password")

    clock.turn(minutes=15)

    await people.login()


async def test_concurrent_attempts_are_counted_exactly(people: People) -> None:
    await people.register()

    answers = await asyncio.gather(
        *(people.login(password="a wrong password") for _ in range(30)), return_exceptions=True
    )

    assert Counter(type(answer) for answer in answers) == {InvalidCredentials: 10, Throttled: 20}


async def test_a_throttled_attempt_is_not_hashed(people: People, auth: AuthService) -> None:
    for _ in range(10):
        with pytest.raises(InvalidCredentials):
            await people.login("nobody@example.org")
    hasher = count_hashes(auth)

    with pytest.raises(Throttled):
        await people.login("nobody@example.org")

    assert hasher.verified == 0


async def test_success_forgets_the_accounts_failures(people: People) -> None:
    await people.register()
    for _ in range(3):
        for _ in range(9):
            with pytest.raises(InvalidCredentials):
                await people.login(password="a wrong password")
        await people.login()


async def test_an_address_is_limited_over_all_accounts_and_burdens_none_after(
    people: People, auth: AuthService, visitor: Context
) -> None:
    await people.register()
    for number in range(50):
        with pytest.raises(InvalidCredentials):
            await people.login(f"nobody{number}@example.org")

    for _ in range(20):
        with pytest.raises(Throttled):
            await people.login()

    elsewhere = msgspec.structs.replace(visitor, address="198.51.100.9")
    given = Credentials(email="ada@example.org", password=PASSWORD)
    await auth.login(elsewhere, given)


async def test_successes_do_not_use_up_an_address(people: People) -> None:
    await people.register()
    for _ in range(55):
        await people.login()


async def test_the_counters_name_nobody(people: People, database: TestDatabase) -> None:
    with pytest.raises(InvalidCredentials):
        await people.login("nobody@example.org")

    found = await rows(database, "SELECT scope, subject FROM auth_login_attempts")
    assert sorted(row["scope"] for row in found) == ["account", "address", "registration"][:2]
    assert not any(b"nobody" in row["subject"] or b"203" in row["subject"] for row in found)


async def test_old_counters_are_swept_away(
    people: People, clock: Clock, database: TestDatabase
) -> None:
    for number in range(5):
        with pytest.raises(InvalidCredentials):
            await people.login(f"nobody{number}@example.org")
    clock.turn(hours=1)

    with pytest.raises(InvalidCredentials):
        await people.login("nobody@example.org")

    assert len(await rows(database, "SELECT 1 FROM auth_login_attempts")) == 2


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("unix", "unix"),
    ],
)
def test_an_ipv6_customer_is_one_address(address: str, expected: str) -> None:
    assert network(address) == expected


async def test_a_stronger_cost_rehashes_at_the_next_sign_in(
    people: People, processes: Processes, visitor: Context, database: TestDatabase
) -> None:
    await people.register()

    async with processes.open(RUSTOK_AUTH__ARGON2_PASSES="3") as stronger:
        given = Credentials(email="ada@example.org", password=PASSWORD)
        await stronger.get(AuthService).login(visitor, given)

    (row,) = await rows(database, "SELECT password_hash, version FROM auth_users")
    assert "t=3" in row["password_hash"]
    assert row["version"] == 1
    await people.login()


async def test_a_password_changed_while_it_is_verified_does_not_let_in(
    people: People, auth: AuthService, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await people.context(await people.register())
    verify, changed = auth._passwords.verify, False

    async def change_meanwhile(password_hash: str | None, password: str) -> bool:
        nonlocal changed
        answer = await verify(password_hash, password)
        if not changed:
            changed = True
            given = PasswordChange(current_password=PASSWORD, new_password="another long one")
            await auth.change_password(owner, given)
        return answer

    monkeypatch.setattr(auth._passwords, "verify", change_meanwhile)

    with pytest.raises(InvalidCredentials):
        await people.login()


async def test_a_password_is_the_same_on_every_keyboard(people: People, auth: AuthService) -> None:
    owner = await people.context(await people.register())
    composed, decomposed = "caf\u00e9 au lait", "cafe\u0301 au lait"
    given = PasswordChange(current_password=PASSWORD, new_password=composed)
    await auth.change_password(owner, given)

    await people.login(password=decomposed)


async def test_more_hashes_than_the_server_takes_on_are_refused(auth: AuthService) -> None:
    passwords = auth._passwords
    most = passwords._most

    answers = await asyncio.gather(
        *(passwords.hash(PASSWORD) for _ in range(most + 5)), return_exceptions=True
    )

    assert sum(isinstance(answer, HashingBusy) for answer in answers) == 5
    assert passwords._running == 0


async def test_what_is_too_long_for_anybody_costs_nothing(
    people: People, auth: AuthService
) -> None:
    hasher = count_hashes(auth)
    # each of these letters becomes eighteen when it is folded
    for email, password in (("\ufdfa" * 300, PASSWORD), ("ada@example.org", "\ufdfa" * 300)):
        with pytest.raises(InvalidCredentials):
            await people.login(email, password)

    assert hasher.verified == 1, "an account that cannot be is as unknown as any other"
