"""Resolvers of the auth module; those about API keys are registered on import."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from rustok.auth.apikeys import graphql as api_keys
from rustok.auth.registry import resolvers
from rustok.auth.service import AuthService, UserService
from rustok.auth.types import (
    SESSION_ID,
    USER_ID,
    Changed,
    Credentials,
    Me,
    NewUser,
    PasswordChange,
    Registration,
    SignedIn,
    User,
    UserFilter,
)
from rustok.auth.views import position_text
from rustok.core.errors import NotFound
from rustok.core.graphql import (
    Edge,
    Info,
    PageInfo,
    Payload,
    edges,
    essential,
    graph,
    mutation,
    page_info,
    read,
)
from rustok.core.paging import Page

__all__ = ["api_keys", "resolvers"]


class FoundUsers(msgspec.Struct, frozen=True):
    """A page of users, and what they were asked for by."""

    page: Page[User]
    filter: UserFilter
    after: str | None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of tokens for one session, as clients get it."""

    access_token: str
    expires_in: int
    refresh_token: str
    id: str
    expires_at: datetime
    user_id: str


resolvers.bind("Session", Session)
resolvers.bind("User", User)
resolvers.bind("Me", Me)
resolvers.bind("UserConnection", FoundUsers)
resolvers.enum("UserStatus", {"ACTIVE": "active", "SUSPENDED": "suspended"})


@resolvers.field("User", "id")
def user_id(user: User, _info: Info) -> str:
    """The id as text."""
    return USER_ID.text(user.id)


@resolvers.field("UserConnection", "edges")
def user_edges(found: FoundUsers, _info: Info) -> list[Edge[User]]:
    """The users with their cursors."""
    return edges(found.page.cursors, found.page.items)


@resolvers.field("UserConnection", "nodes")
def nodes(found: FoundUsers, _info: Info) -> Sequence[User]:
    """The users."""
    return found.page.items


@resolvers.field("UserConnection", "pageInfo")
def user_page_info(found: FoundUsers, _info: Info) -> PageInfo:
    """Where the page begins and ends."""
    return page_info(found.page, found.after)


@resolvers.field("UserConnection", "totalCount")
async def total_count(found: FoundUsers, info: Info) -> int:
    """How many users match: counted only for those who ask."""
    return await graph(info).get(UserService).count(graph(info).ctx, found.filter)


@resolvers.field("Query", "me")
async def me(_root: None, info: Info) -> Me | None:
    """The signed-in user."""
    ctx = graph(info).ctx
    if ctx.actor.user_id is None:
        return None
    return await graph(info).get(AuthService).me(ctx)


@resolvers.field("Query", "users")
async def users(
    _root: None,
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    filter: dict[str, Any] | None = None,
) -> FoundUsers:
    """A page of users."""
    wanted = read(UserFilter, filter or {})
    service = graph(info).get(UserService)
    page = await service.list(graph(info).ctx, wanted, first=first, after=after)
    return FoundUsers(page, wanted, after)


@resolvers.field("Query", "user")
async def user(_root: None, info: Info, *, id: str) -> User | None:
    """One user."""
    found = USER_ID.parse_or_none(id)
    if found is None:
        return None
    try:
        return await graph(info).get(UserService).get(graph(info).ctx, found)
    except NotFound:
        return None


@resolvers.field("Mutation", "userRegister")
@mutation
async def user_register(_root: None, info: Info, *, input: dict[str, Any]) -> Payload:
    """Makes a user."""
    service = graph(info).get(AuthService)
    signed_in = await service.register(graph(info).ctx, read(Registration, input))
    return {"user_id": USER_ID.text(signed_in.user.id), **_session(signed_in)}


@resolvers.field("Mutation", "sessionCreate")
@mutation
@essential
async def session_create(_root: None, info: Info, *, input: dict[str, Any]) -> Payload:
    """Signs in."""
    service = graph(info).get(AuthService)
    return _session(await service.login(graph(info).ctx, read(Credentials, input)))


@resolvers.field("Mutation", "sessionRefresh")
@mutation
@essential
async def session_refresh(_root: None, info: Info, *, refresh_token: str) -> Payload:
    """Refreshes."""
    service = graph(info).get(AuthService)
    return _session(await service.refresh(graph(info).ctx, refresh_token))


@resolvers.field("Mutation", "sessionDelete")
@mutation
@essential
async def session_delete(_root: None, info: Info) -> Payload:
    """Signs out."""
    position = await graph(info).get(AuthService).logout(graph(info).ctx)
    return {"position": position_text(position)}


@resolvers.field("Mutation", "sessionDeleteAll")
@mutation
@essential
async def session_delete_all(_root: None, info: Info) -> Payload:
    """Signs out everywhere."""
    position = await graph(info).get(AuthService).logout_everywhere(graph(info).ctx)
    return {"position": position_text(position)}


@resolvers.field("Mutation", "passwordChange")
@mutation
async def password_change(_root: None, info: Info, *, input: dict[str, Any]) -> Payload:
    """Sets a new password."""
    service = graph(info).get(AuthService)
    return _user(await service.change_password(graph(info).ctx, read(PasswordChange, input)))


@resolvers.field("Mutation", "userCreate")
@mutation
async def user_create(_root: None, info: Info, *, input: dict[str, Any]) -> Payload:
    """Makes a user with roles."""
    service = graph(info).get(UserService)
    return _user(await service.create(graph(info).ctx, read(NewUser, input)))


@resolvers.field("Mutation", "userSuspend")
@mutation
@essential
async def user_suspend(_root: None, info: Info, *, id: str) -> Payload:
    """Suspends a user."""
    service = graph(info).get(UserService)
    return _user(await service.suspend(graph(info).ctx, USER_ID.parse(id)))


@resolvers.field("Mutation", "userReactivate")
@mutation
async def user_reactivate(_root: None, info: Info, *, id: str) -> Payload:
    """Reactivates a user."""
    service = graph(info).get(UserService)
    return _user(await service.reactivate(graph(info).ctx, USER_ID.parse(id)))


def _session(signed_in: SignedIn) -> Payload:
    tokens = signed_in.tokens
    session = Session(
        access_token=tokens.access_token,
        expires_in=tokens.expires_in,
        refresh_token=tokens.refresh_token,
        id=SESSION_ID.text(tokens.session_id),
        expires_at=tokens.session_expires_at,
        user_id=USER_ID.text(signed_in.user.id),
    )
    return {"session": session, "position": position_text(signed_in.position)}


def _user(changed: Changed) -> Payload:
    return {"user": changed.user, "position": position_text(changed.position)}
