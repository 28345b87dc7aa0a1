"""Inputs and outputs of the auth module."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from rustok.core.ids import IdKind

USER_ID = IdKind("user")
SESSION_ID = IdKind("sess")
API_KEY_ID = IdKind("key")

UserStatus = Literal["active", "suspended"]
ApiKeyStatus = Literal["active", "expired", "revoked"]


class Registration(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """What a visitor says to become a user."""

    email: str
    password: str
    name: str
    locale: str | None = None


class NewUser(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """A user as staff or the command line creates one."""

    email: str
    password: str
    name: str
    locale: str | None = None
    roles: tuple[str, ...] = ("customer",)


class Credentials(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """What a user signs in with."""

    email: str
    password: str


class PasswordChange(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """The password so far and the one to be."""

    current_password: str
    new_password: str


class Refresh(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """The refresh token to be used up."""

    refresh_token: str


class UserFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which users to list."""

    email: str | None = None
    status: UserStatus | None = None


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A user of the tenant, with the names of the roles held."""

    id: UUID
    email: str
    name: str
    locale: str
    status: UserStatus
    roles: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    version: int


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The signed-in user and what the user may do."""

    user: User
    permissions: tuple[str, ...]


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of tokens; `expires_in` is the access token's remaining life in seconds."""

    access_token: str
    expires_in: int
    refresh_token: str
    session_id: UUID
    session_expires_at: datetime


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed in, with what; `position` is the log token of what was written."""

    user: User
    tokens: Tokens
    position: int | None = None


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A user after a change, with the log token of it."""

    user: User
    position: int | None = None


class NewApiKey(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """A key for a machine; without `expires_at` it works until it is revoked."""

    name: str
    permissions: tuple[str, ...]
    expires_at: datetime | None = None


class ApiKeyFilter(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Which keys to list; `created_by` is a user's or key's id as text."""

    status: ApiKeyStatus | None = None
    created_by: str | None = None


class ApiKeyCreator(msgspec.Struct, frozen=True, kw_only=True):
    """The user or key that made a key, by its id as text, and whether it may still act."""

    id: str
    is_active: bool


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of the tenant without its secret, of which `hint` is the end.

    `permissions` are those it holds now, `last_used_at` is exact to a minute. `created_by` is None
    for a key that the command line made.
    """

    id: UUID
    name: str
    hint: str
    permissions: tuple[str, ...]
    status: ApiKeyStatus
    created_at: datetime
    created_by: ApiKeyCreator | None
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    version: int


class IssuedApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A new key with its text, and the log token of what was written."""

    api_key: ApiKey
    secret: str
    position: int | None = None

    def __repr__(self) -> str:
        """Says nothing of the secret, wherever it is logged."""
        return f"IssuedApiKey({API_KEY_ID.text(self.api_key.id)})"


class ApiKeyChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A key after a change, with the log token of it."""

    api_key: ApiKey
    position: int | None = None
