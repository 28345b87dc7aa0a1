"""Whatever ends a session or takes a right ends it at once here and within 2 s everywhere."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from rustok.app.signals import PostgresSignals
from rustok.auth.service import AuthService, UserService
from rustok.auth.types import PasswordChange, SignedIn
from rustok.core.context import Actor, Context, TenantRef
from rustok.core.errors import DatabaseUnavailable, RustokError, Unauthenticated
from rustok.core.host import Host
from rustok.core.identity import Authenticator
from rustok.rbac.service import RoleService
from rustok.rbac.types import RoleCreate, RoleUpdate
from rustok.testing.databases import TestDatabase
from tests.auth.conftest import Processes
from tests.auth.line import Line
from tests.auth.people import PASSWORD, Clock, People, within

NEW_PASSWORD = "an entirely other one"

End = Callable[[Host, Context, Context, SignedIn], Awaitable[object]]


async def by_logout(host: Host, system: Context, own: Context, _: SignedIn) -> object:
    return await host.get(AuthService).logout(own)


async def by_logout_everywhere(host: Host, system: Context, own: Context, _: SignedIn) -> object:
    return await host.get(AuthService).logout_everywhere(own)


async def by_suspension(host: Host, system: Context, own: Context, who: SignedIn) -> object:
    return await host.get(UserService).suspend(system, who.user.id)


async def by_operators_password(host: Host, system: Context, _: Context, who: SignedIn) -> object:
    return await host.get(UserService).set_password(system, who.user.email, NEW_PASSWORD)


async def by_token_theft(host: Host, system: Context, own: Context, who: SignedIn) -> object:
    auth, clock = host.get(AuthService), host.clock
    assert isinstance(clock, Clock)
    await auth.refresh(own, who.tokens.refresh_token)
    clock.turn(seconds=11)
    with pytest.raises(Unauthenticated):
        await auth.refresh(own, who.tokens.refresh_token)
    return None


ENDS = [by_logout, by_logout_everywhere, by_suspension, by_operators_password, by_token_theft]


@pytest.fixture
async def elsewhere(processes: Processes) -> AsyncIterator[Host]:
    """Another process."""
    async with processes.open() as found:
        yield found


@pytest.fixture
async def deaf(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Host]:
    """Another process that no signal reaches."""
    with monkeypatch.context() as patch:
        patch.setattr(PostgresSignals, "listen", lambda *_: None)
        context = processes.open()
        found = await context.__aenter__()
    yield found
    await context.__aexit__(None, None, None)


async def actor(host: Host, tenant: TenantRef, who: SignedIn) -> Actor | None:
    try:
        return await host.get(Authenticator).authenticate(tenant, who.tokens.access_token)
    except Unauthenticated:
        return None


@pytest.mark.parametrize("end", ENDS)
async def test_what_ends_a_session_ends_its_tokens_everywhere(
    host: Host,
    elsewhere: Host,
    deaf: Host,
    people: People,
    ctx: Context,
    end: End,
) -> None:
    who = await people.register()
    own = await people.context(who)
    for process in (host, elsewhere, deaf):
        assert await actor(process, ctx.tenant, who)

    await end(host, ctx, own, who)

    assert await actor(host, ctx.tenant, who) is None, "at once where it was ended"
    for process in (elsewhere, deaf):

        async def is_out(process: Host = process) -> bool:
            return await actor(process, ctx.tenant, who) is None

        await within(2, is_out)
    with pytest.raises(Unauthenticated):
        await host.get(AuthService).refresh(own, who.tokens.refresh_token)


async def test_a_new_password_ends_the_other_sessions_and_keeps_ones_own(
    auth: AuthService, host: Host, people: People, ctx: Context
) -> None:
    here = await people.register()
    there = await people.login()
    own = await people.context(here)

    given = PasswordChange(current_password=PASSWORD, new_password=NEW_PASSWORD)
    changed = await auth.change_password(own, given)

    assert changed.position is not None
    assert changed.user.version == 2
    assert await actor(host, ctx.tenant, here)
    assert await actor(host, ctx.tenant, there) is None
    with pytest.raises(Unauthenticated):
        await people.login()
    await people.login(password=NEW_PASSWORD)


async def test_a_wrong_current_password_changes_nothing_and_counts(
    auth: AuthService, people: People
) -> None:
    own = await people.context(await people.register())
    given = PasswordChange(current_password="not my password", new_password=NEW_PASSWORD)
    codes = []
    for _ in range(11):
        with pytest.raises(RustokError) as caught:
            await auth.change_password(own, given)
        codes.append(caught.value.code)

    assert codes == ["INVALID_CREDENTIALS"] * 10 + ["THROTTLED"]


async def test_a_logout_leaves_other_sessions_and_other_people(
    auth: AuthService, host: Host, people: People, ctx: Context
) -> None:
    here, there = await people.register(), await people.login()
    other = await people.register("eve@example.org")

    await auth.logout(await people.context(here))

    assert await actor(host, ctx.tenant, here) is None
    assert await actor(host, ctx.tenant, there)
    assert await actor(host, ctx.tenant, other)


async def test_a_reactivated_user_signs_in_again_but_old_sessions_stay_ended(
    users: UserService, host: Host, people: People, ctx: Context
) -> None:
    who = await people.register()
    await users.suspend(ctx, who.user.id)
    with pytest.raises(Unauthenticated):
        await people.login()

    await users.reactivate(ctx, who.user.id)

    assert await actor(host, ctx.tenant, who) is None
    await people.login()


async def test_taken_and_given_roles_take_effect_everywhere(
    host: Host, elsewhere: Host, deaf: Host, people: People, ctx: Context
) -> None:
    roles = host.get(RoleService)
    who = await people.register()
    for process in (host, elsewhere, deaf):
        assert await actor(process, ctx.tenant, who)

    async def holds(process: Host) -> bool:
        found = await actor(process, ctx.tenant, who)
        return found is not None and found.may("user:read")

    for wanted in (("admin",), ("customer",)):
        await roles.set_user_roles(ctx, who.user.id, wanted)
        expected = wanted == ("admin",)
        assert await holds(host) is expected
        for process in (elsewhere, deaf):

            async def is_changed(process: Host = process, expected: bool = expected) -> bool:
                return await holds(process) is expected

            await within(2, is_changed)


async def test_a_changed_role_takes_effect_for_all_who_have_it(
    host: Host, elsewhere: Host, deaf: Host, people: People, ctx: Context
) -> None:
    roles = host.get(RoleService)
    await roles.create(ctx, RoleCreate(name="reader", permissions=("user:read",)))
    who = await people.register()
    await roles.set_user_roles(ctx, who.user.id, ("reader",))
    processes = (host, elsewhere, deaf)

    async def reads(process: Host) -> bool:
        found = await actor(process, ctx.tenant, who)
        return found is not None and found.may("user:read")

    assert [await reads(process) for process in processes] == [True, True, True]

    await roles.update(ctx, "reader", RoleUpdate(permissions=()))

    assert not await reads(host)
    for process in (elsewhere, deaf):

        async def is_taken(process: Host = process) -> bool:
            return not await reads(process)

        await within(2, is_taken)


async def test_a_database_that_is_gone_lets_nobody_in(
    processes: Processes, people: People, ctx: Context, database: TestDatabase, tmp_path: Path
) -> None:
    who = await people.register()
    async with Line(database.urls, tmp_path) as line, processes.open(line.urls) as process:
        authenticator = process.get(Authenticator)
        await authenticator.authenticate(ctx.tenant, who.tokens.access_token)

        line.cut()

        async def is_unavailable() -> bool:
            try:
                await authenticator.authenticate(ctx.tenant, who.tokens.access_token)
            except DatabaseUnavailable as error:
                return error.status == 503
            return False

        await within(2, is_unavailable)


async def test_many_requests_of_a_session_read_it_once(
    host: Host, people: People, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = await people.register()
    reads, read = 0, host.db.read

    def counted(given: Context) -> object:
        nonlocal reads
        reads += 1
        return read(given)

    monkeypatch.setattr(host.db, "read", counted)

    for _ in range(20):
        assert await actor(host, ctx.tenant, who)

    assert reads <= 2, "one, or two where the remembered second ended meanwhile"
