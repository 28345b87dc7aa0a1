"""Refresh tokens: used once, forgiving for seconds, unforgiving after."""

import asyncio
import hashlib
from uuid import UUID

import pytest

from rustok.auth.errors import InvalidRefreshToken
from rustok.auth.service import AuthService
from rustok.auth.types import SignedIn
from rustok.core.context import Context
from rustok.core.errors import Unauthenticated
from rustok.testing.actors import as_anonymous
from rustok.testing.databases import TestDatabase
from tests.auth.people import Clock, People, facts, rows


async def is_alive(people: People, signed_in: SignedIn) -> bool:
    try:
        await people.context(signed_in)
    except Unauthenticated:
        return False
    return True


async def test_a_refresh_token_gives_the_next_pair_of_the_same_session(
    people: People, auth: AuthService, visitor: Context
) -> None:
    first = await people.register()

    second = await auth.refresh(visitor, first.tokens.refresh_token)

    assert second.user == first.user
    assert second.tokens.session_id == first.tokens.session_id
    assert second.tokens.refresh_token != first.tokens.refresh_token
    assert await is_alive(people, second)


async def test_only_a_digest_is_stored(people: People, database: TestDatabase) -> None:
    token = (await people.register()).tokens.refresh_token

    (row,) = await rows(database, "SELECT digest FROM auth_refresh_tokens")

    assert row["digest"] == hashlib.sha256(token.encode()).digest()


async def test_reuse_after_the_grace_ends_the_whole_family(
    people: People, auth: AuthService, visitor: Context, clock: Clock, database: TestDatabase
) -> None:
    first = await people.register()
    second = await auth.refresh(visitor, first.tokens.refresh_token)
    third = await auth.refresh(visitor, second.tokens.refresh_token)
    clock.turn(seconds=11)

    with pytest.raises(InvalidRefreshToken):
        await auth.refresh(visitor, first.tokens.refresh_token)

    assert not await is_alive(people, third)
    with pytest.raises(InvalidRefreshToken):
        await auth.refresh(visitor, third.tokens.refresh_token)
    name, version, payload = (await facts(database))[-1]
    assert (name, version) == ("session.revoked", 2)
    assert "refresh_token_reused" in payload


async def test_reuse_ends_no_other_session(
    people: People, auth: AuthService, visitor: Context, clock: Clock
) -> None:
    first = await people.register()
    elsewhere = await people.login()
    await auth.refresh(visitor, first.tokens.refresh_token)
    clock.turn(seconds=11)

    with pytest.raises(InvalidRefreshToken):
        await auth.refresh(visitor, first.tokens.refresh_token)

    assert await is_alive(people, elsewhere)


async def test_within_the_grace_every_parallel_request_gets_a_successor_of_its_own(
    people: People, auth: AuthService, visitor: Context, clock: Clock
) -> None:
    first = await people.register()

    siblings = await asyncio.gather(
        *(auth.refresh(visitor, first.tokens.refresh_token) for _ in range(5))
    )
    clock.turn(seconds=10)
    siblings.append(await auth.refresh(visitor, first.tokens.refresh_token))

    assert len({signed_in.tokens.refresh_token for signed_in in siblings}) == 6
    clock.turn(seconds=1)
    for sibling in siblings:
        await auth.refresh(visitor, sibling.tokens.refresh_token)


async def test_the_grace_counts_from_the_first_use(
    people: People, auth: AuthService, visitor: Context, clock: Clock
) -> None:
    first = await people.register()
    for _ in range(2):
        await auth.refresh(visitor, first.tokens.refresh_token)
        clock.turn(seconds=6)

    with pytest.raises(InvalidRefreshToken):
        await auth.refresh(visitor, first.tokens.refresh_token)


async def test_no_client_needs_so_many_successors_at_once(
    people: People, auth: AuthService, visitor: Context, database: TestDatabase
) -> None:
    first = await people.register()

    answers = await asyncio.gather(
        *(auth.refresh(visitor, first.tokens.refresh_token) for _ in range(20)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, SignedIn) for answer in answers) == 8
    assert sum(isinstance(answer, InvalidRefreshToken) for answer in answers) == 12
    revoked = [name for name, _, _ in await facts(database) if name == "session.revoked"]
    assert revoked == ["session.revoked"]


async def test_a_race_of_theft_and_logout_revokes_once(
    people: People, auth: AuthService, visitor: Context, clock: Clock, database: TestDatabase
) -> None:
    first = await people.register()
    caller = await people.context(first)
    await auth.refresh(visitor, first.tokens.refresh_token)
    clock.turn(seconds=11)

    await asyncio.gather(
        auth.refresh(visitor, first.tokens.refresh_token),
        auth.logout(caller),
        auth.logout_everywhere(caller),
        return_exceptions=True,
    )

    revoked = [version for name, version, _ in await facts(database) if name == "session.revoked"]
    assert revoked == [2]


async def test_what_was_never_given_out_gives_nothing(
    people: People, auth: AuthService, visitor: Context
) -> None:
    signed_in = await people.register()
    for token in ("", " ", "rt_", "null", "rt_" + "A" * 43, "A" * 46, "rt_" + "A" * 42 + "\x00"):
        with pytest.raises(InvalidRefreshToken):
            await auth.refresh(visitor, token)

    assert await is_alive(people, signed_in)


async def test_another_tenant_knows_nothing_of_the_token(
    people: People, auth: AuthService, visitor: Context, other_ctx: Context
) -> None:
    signed_in = await people.register()

    with pytest.raises(InvalidRefreshToken):
        await auth.refresh(as_anonymous(other_ctx), signed_in.tokens.refresh_token)

    await auth.refresh(visitor, signed_in.tokens.refresh_token)


async def test_a_session_nobody_refreshes_ends(
    people: People, auth: AuthService, visitor: Context, clock: Clock
) -> None:
    signed_in = await people.register()
    clock.turn(days=14)

    with pytest.raises(InvalidRefreshToken):
        await auth.refresh(visitor, signed_in.tokens.refresh_token)


async def test_refreshing_extends_a_session_but_not_for_ever(
    people: People, auth: AuthService, visitor: Context, clock: Clock
) -> None:
    signed_in = await people.register()
    begun = clock.now()
    for _ in range(3):
        clock.turn(days=9)
        signed_in = await auth.refresh(visitor, signed_in.tokens.refresh_token)

    assert (signed_in.tokens.session_expires_at - begun).days == 30
    clock.turn(days=3)
    with pytest.raises(InvalidRefreshToken):
        await auth.refresh(visitor, signed_in.tokens.refresh_token)


async def test_ended_sessions_are_swept_away_at_a_later_sign_in(
    people: People, clock: Clock, database: TestDatabase
) -> None:
    await people.register()
    clock.turn(days=40)

    signed_in = await people.login()

    sessions = await rows(database, "SELECT id FROM auth_sessions")
    assert [UUID(str(row["id"])) for row in sessions] == [signed_in.tokens.session_id]
    assert len(await rows(database, "SELECT 1 FROM auth_refresh_tokens")) == 1
