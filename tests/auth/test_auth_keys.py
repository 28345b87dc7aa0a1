"""Signing keys: they change without a request failing, and are worth nothing in a dump."""

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from rustok.auth.errors import InvalidToken, KeysUnreadable, RotationTooSoon
from rustok.auth.keys import KeyRing
from rustok.auth.service import AuthService
from rustok.core.context import Context, TenantRef
from rustok.core.host import Host
from rustok.core.identity import Authenticator
from rustok.core.secrets import SecretKey
from rustok.testing.databases import TestDatabase
from tests.auth.conftest import Processes
from tests.auth.people import Clock, People, rows


def kid(token: str) -> str:
    head = token.split(".")[0]
    found: str = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
    return found


async def published(host: Host) -> set[str]:
    return {key["kid"] for key in await host.get(KeyRing).published()}


async def test_the_key_set_shows_public_halves_of_now_and_next(host: Host) -> None:
    keys = await host.get(KeyRing).published()

    assert len(keys) == 2
    assert all(set(key) == {"kty", "crv", "x", "use", "alg", "kid"} for key in keys)
    assert {(key["kty"], key["crv"], key["use"], key["alg"]) for key in keys} == {
        ("OKP", "Ed25519", "sig", "EdDSA")
    }


async def test_processes_that_start_at_once_agree_on_one_key(processes: Processes) -> None:
    async with processes.open() as one, processes.open() as two, processes.open() as three:
        currents = await asyncio.gather(*(h.get(KeyRing).current() for h in (one, two, three)))

    assert len({key.kid for key in currents}) == 1


async def test_a_rotation_fails_no_request_of_any_process(
    host: Host, processes: Processes, people: People, tenant: TenantRef, clock: Clock
) -> None:
    async with processes.open() as other:
        before = await people.register()
        known = await published(other)
        clock.turn(minutes=3)

        await host.get(KeyRing).rotate()
        after = await people.login()

        assert kid(after.tokens.access_token) != kid(before.tokens.access_token)
        assert kid(after.tokens.access_token) in known, "it was published before it signed"
        for process in (host, other):
            for signed_in in (before, after):
                token = signed_in.tokens.access_token
                await process.get(Authenticator).authenticate(tenant, token)


async def test_the_old_key_goes_when_its_last_token_has_ended(
    host: Host, people: People, clock: Clock
) -> None:
    before = kid((await people.register()).tokens.access_token)
    clock.turn(minutes=3)
    await host.get(KeyRing).rotate()

    clock.turn(seconds=905)
    assert before in await published(host)
    clock.turn(seconds=60)
    assert before not in await published(host)


async def test_a_key_that_is_not_known_everywhere_does_not_sign_yet(
    host: Host, clock: Clock
) -> None:
    ring = host.get(KeyRing)
    await ring.current()
    clock.turn(seconds=119)

    with pytest.raises(RotationTooSoon):
        await ring.rotate()

    clock.turn(seconds=1)
    await ring.rotate()


async def test_keys_rotate_by_age(people: People, host: Host, clock: Clock) -> None:
    first = kid((await people.register()).tokens.access_token)
    clock.turn(days=29)
    assert kid((await people.login()).tokens.access_token) == first

    clock.turn(days=1)

    second = kid((await people.login()).tokens.access_token)
    assert second != first
    assert {first, second} <= await published(host)


async def test_rotating_at_once_in_two_processes_rotates_once(
    host: Host, processes: Processes, clock: Clock, database: TestDatabase
) -> None:
    await host.get(KeyRing).current()
    clock.turn(days=31)
    async with processes.open() as other:
        await asyncio.gather(*(h.get(KeyRing).current() for h in (host, other)))

    states = await rows(database, "SELECT state FROM auth_signing_keys ORDER BY state")
    assert [row["state"] for row in states] == ["current", "next", "retiring"]


async def test_an_unknown_kid_reads_the_keys_again_but_not_for_everyone(
    host: Host, tenant: TenantRef, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = (await people.register()).tokens.access_token
    ring = host.get(KeyRing)
    reads, stored = 0, ring._rotation.stored

    async def counted() -> object:
        nonlocal reads
        reads += 1
        return await stored()

    monkeypatch.setattr(ring._rotation, "stored", counted)
    seconds = 1_000.0
    monkeypatch.setattr(ring, "_timer", lambda: seconds)
    ring._read_at = seconds - 5
    header = urlsafe_b64decode(token.split(".")[0] + "==").replace(
        kid(token).encode(), b"unknown-key-0000"
    )
    from_nowhere = ".".join(
        [urlsafe_b64encode(header).rstrip(b"=").decode(), *token.split(".")[1:]]
    )

    for _ in range(50):
        with pytest.raises(InvalidToken):
            await host.get(Authenticator).authenticate(tenant, from_nowhere)

    assert reads == 1


async def test_replacing_all_keys_ends_every_access_token(
    host: Host, people: People, tenant: TenantRef, auth: AuthService, visitor: Context
) -> None:
    signed_in = await people.register()

    await host.get(KeyRing).replace_all()

    with pytest.raises(InvalidToken):
        await host.get(Authenticator).authenticate(tenant, signed_in.tokens.access_token)
    refreshed = await auth.refresh(visitor, signed_in.tokens.refresh_token)
    await people.context(refreshed)


async def test_a_stored_private_key_is_sealed(
    host: Host, people: People, database: TestDatabase
) -> None:
    await people.register()
    key = await host.get(KeyRing).current()
    raw = key.private(host.get(SecretKey)).private_key.private_bytes_raw()

    for row in await rows(database, "SELECT private_key FROM auth_signing_keys"):
        assert raw not in row["private_key"]
        assert len(row["private_key"]) == 12 + 32 + 16


async def test_another_secret_key_is_a_clear_error_not_a_new_key(
    people: People, processes: Processes, visitor: Context, database: TestDatabase
) -> None:
    signed_in = await people.register()
    elsewhere = "another secret, of more than 32 characters as well"
    async with processes.open(SECRET_KEY=elsewhere) as other:
        with pytest.raises(KeysUnreadable) as caught:
            await other.get(AuthService).refresh(visitor, signed_in.tokens.refresh_token)

    assert caught.value.status == 503
    assert len(await rows(database, "SELECT 1 FROM auth_signing_keys")) == 2
