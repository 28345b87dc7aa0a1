"""Inputs and outputs of the auth module."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from rustok.core.ids import IdKind

USER_ID = IdKind("user")
SESSION_ID = IdKind("sess")

UserStatus = Literal["active", "suspended"]


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
