"""REST routes of the auth module."""

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.params import Parameter

from rustok.auth.apikeys.rest import ROUTES as API_KEYS
from rustok.auth.permissions import USER_CREATE, USER_READ, USER_SUSPEND
from rustok.auth.service import AuthService, KeyRing, UserService
from rustok.auth.types import (
    USER_ID,
    Credentials,
    NewUser,
    PasswordChange,
    Refresh,
    Registration,
    SignedIn,
    UserFilter,
    UserStatus,
)
from rustok.auth.views import (
    KeySetBody,
    MeBody,
    PageBody,
    SignedInBody,
    UserBody,
    UserList,
    me_body,
    signed_in_body,
    user_body,
)
from rustok.core.http import (
    ESSENTIAL,
    PUBLIC,
    SIGNED_IN,
    Body,
    Ctx,
    FromPath,
    FromQuery,
    Service,
    requires,
)

Limit = Annotated[int | None, Parameter(description="How many: 1 to 100, by default 20.")]
After = Annotated[str | None, Parameter(description="`page.next` of the page before.")]
NO_STORE = {"cache-control": "no-store"}


@get("/.well-known/jwks.json", opt=PUBLIC, tags=["auth"])
async def key_set(key_ring: Service[KeyRing]) -> Response[KeySetBody]:
    """The public keys that access tokens are signed with, for every tenant."""
    keys = await key_ring.published()
    return Response(KeySetBody(keys=keys), headers={"cache-control": "public, max-age=60"})


@post("/api/v1/auth/register", opt=PUBLIC, tags=["auth"])
async def register(
    ctx: Ctx, auth_service: Service[AuthService], data: Body[Registration]
) -> Response[SignedInBody]:
    """Makes a user who is a customer, signed in."""
    return _signed_in(await auth_service.register(ctx, data))


@post("/api/v1/auth/login", opt=PUBLIC | ESSENTIAL, tags=["auth"])
async def login(
    ctx: Ctx, auth_service: Service[AuthService], data: Body[Credentials]
) -> Response[SignedInBody]:
    """Begins a session."""
    return _signed_in(await auth_service.login(ctx, data))


@post("/api/v1/auth/refresh", opt=PUBLIC | ESSENTIAL, tags=["auth"])
async def refresh(
    ctx: Ctx, auth_service: Service[AuthService], data: Body[Refresh]
) -> Response[SignedInBody]:
    """Uses up a refresh token for a new pair of tokens."""
    return _signed_in(await auth_service.refresh(ctx, data.refresh_token))


@post("/api/v1/auth/logout", opt=SIGNED_IN | ESSENTIAL, tags=["auth"], status_code=204)
async def logout(ctx: Ctx, auth_service: Service[AuthService]) -> None:
    """Ends the session of the access token."""
    await auth_service.logout(ctx)


@post("/api/v1/auth/logout-all", opt=SIGNED_IN | ESSENTIAL, tags=["auth"], status_code=204)
async def logout_everywhere(ctx: Ctx, auth_service: Service[AuthService]) -> None:
    """Ends every session of the user."""
    await auth_service.logout_everywhere(ctx)


@get("/api/v1/auth/me", opt=SIGNED_IN, tags=["auth"])
async def me(ctx: Ctx, auth_service: Service[AuthService]) -> Response[MeBody]:
    """The signed-in user and what the user may do."""
    return Response(me_body(await auth_service.me(ctx)), headers=NO_STORE)


@put("/api/v1/auth/password", opt=SIGNED_IN, tags=["auth"])
async def change_password(
    ctx: Ctx, auth_service: Service[AuthService], data: Body[PasswordChange]
) -> UserBody:
    """Sets a new password; the user's other sessions end."""
    changed = await auth_service.change_password(ctx, data)
    return user_body(changed.user, changed.position)


@get("/api/v1/admin/users", opt=requires(USER_READ), tags=["users"])
async def users(
    *,
    ctx: Ctx,
    user_service: Service[UserService],
    limit: Limit = None,
    after: After = None,
    email: FromQuery[str | None] = None,
    status: FromQuery[UserStatus | None] = None,
    total: FromQuery[bool] = False,
) -> UserList:
    """The tenant's users, the newest first."""
    wanted = UserFilter(email=email, status=status)
    page = await user_service.list(ctx, wanted, first=limit, after=after)
    return UserList(
        data=[user_body(user) for user in page.items],
        page=PageBody(
            next=page.end if page.has_next else None,
            total=await user_service.count(ctx, wanted) if total else None,
        ),
    )


@get("/api/v1/admin/users/{user_id:str}", opt=requires(USER_READ), tags=["users"])
async def user(ctx: Ctx, user_service: Service[UserService], user_id: FromPath[str]) -> UserBody:
    """One user."""
    return user_body(await user_service.get(ctx, USER_ID.parse(user_id)))


@post("/api/v1/admin/users", opt=requires(USER_CREATE), tags=["users"])
async def create_user(
    ctx: Ctx, user_service: Service[UserService], data: Body[NewUser]
) -> UserBody:
    """Makes a user with roles that hold no more than the caller does."""
    changed = await user_service.create(ctx, data)
    return user_body(changed.user, changed.position)


@put(
    "/api/v1/admin/users/{user_id:str}/suspension",
    opt=requires(USER_SUSPEND) | ESSENTIAL,
    tags=["users"],
)
async def suspend_user(
    ctx: Ctx, user_service: Service[UserService], user_id: FromPath[str]
) -> UserBody:
    """Ends all sessions of a user and lets none begin."""
    changed = await user_service.suspend(ctx, USER_ID.parse(user_id))
    return user_body(changed.user, changed.position)


@delete(
    "/api/v1/admin/users/{user_id:str}/suspension",
    opt=requires(USER_SUSPEND),
    tags=["users"],
    status_code=200,
)
async def reactivate_user(
    ctx: Ctx, user_service: Service[UserService], user_id: FromPath[str]
) -> UserBody:
    """Lets a suspended user sign in again."""
    changed = await user_service.reactivate(ctx, USER_ID.parse(user_id))
    return user_body(changed.user, changed.position)


def _signed_in(signed_in: SignedIn) -> Response[SignedInBody]:
    return Response(signed_in_body(signed_in), headers=NO_STORE)


ROUTES = (
    key_set,
    register,
    login,
    refresh,
    logout,
    logout_everywhere,
    me,
    change_password,
    users,
    user,
    create_user,
    suspend_user,
    reactivate_user,
    *API_KEYS,
)
