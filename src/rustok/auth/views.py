"""Users and tokens as REST shows them."""

from datetime import datetime

import msgspec

from rustok.auth.types import SESSION_ID, USER_ID, Me, SignedIn, User


class UserBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A user, with the position of the change that made it so."""

    id: str
    email: str
    name: str
    locale: str
    status: str
    roles: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    version: int
    position: str | None = None


class MeBody(msgspec.Struct, frozen=True, kw_only=True):
    """The signed-in user and what the user may do."""

    user: UserBody
    permissions: tuple[str, ...]


class SignedInBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A pair of tokens (RFC 6749 in camelCase); `expiresIn` counts seconds."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  # the name of a scheme
    expires_in: int
    refresh_token: str
    session_id: str
    session_expires_at: datetime
    user: UserBody
    position: str | None = None


class PageBody(msgspec.Struct, frozen=True, kw_only=True):
    """Where the next page begins, and how many items there are where that was asked."""

    next: str | None
    total: int | None = None


class UserList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of users."""

    data: list[UserBody]
    page: PageBody


class KeySetBody(msgspec.Struct, frozen=True, kw_only=True):
    """A JWKS (RFC 7517)."""

    keys: list[dict[str, str]]


def user_body(user: User, position: int | None = None) -> UserBody:
    """The user as REST shows it."""
    return UserBody(
        id=USER_ID.text(user.id),
        email=user.email,
        name=user.name,
        locale=user.locale,
        status=user.status,
        roles=user.roles,
        created_at=user.created_at,
        updated_at=user.updated_at,
        version=user.version,
        position=position_text(position),
    )


def me_body(me: Me) -> MeBody:
    """The signed-in user as REST shows it."""
    return MeBody(user=user_body(me.user), permissions=me.permissions)


def signed_in_body(signed_in: SignedIn) -> SignedInBody:
    """The tokens as REST shows them."""
    tokens = signed_in.tokens
    return SignedInBody(
        access_token=tokens.access_token,
        expires_in=tokens.expires_in,
        refresh_token=tokens.refresh_token,
        session_id=SESSION_ID.text(tokens.session_id),
        session_expires_at=tokens.session_expires_at,
        user=user_body(signed_in.user),
        position=position_text(signed_in.position),
    )


def position_text(token: int | None) -> str | None:
    """A log token as answers carry it."""
    return None if token is None else str(token)
