"""Ports of identity: who a token speaks for, and what a user may do."""

from typing import Protocol
from uuid import UUID

import msgspec

from rustok.core.context import Actor, Context, TenantRef
from rustok.core.db.sessions import ReadSession, WriteSession


class Grants(msgspec.Struct, frozen=True):
    """A user's roles in a tenant and the permissions they add up to."""

    roles: tuple[str, ...]
    permissions: frozenset[str]


class Authenticator(Protocol):
    """Turns a bearer token into an actor; auth implements it."""

    async def authenticate(self, tenant: TenantRef, token: str) -> Actor:
        """The actor; raises Unauthenticated, and Forbidden for another tenant's valid token."""
        ...


class Roles(Protocol):
    """Roles of a tenant's users; rbac implements it."""

    async def grants(self, session: ReadSession, user_id: UUID) -> Grants:
        """What the user holds now, read from the database."""
        ...

    async def assign_first(self, session: WriteSession, user_id: UUID, role: str) -> None:
        """Gives a new user a built-in role in the transaction that creates the user.

        Only registration and the platform's own commands call it: they name the role, not the
        caller. Raises NotFound for an unknown role.
        """
        ...

    async def assign(self, ctx: Context, user_id: UUID, roles: tuple[str, ...]) -> Grants:
        """Replaces a user's roles; raises Forbidden where the caller holds less than it grants."""
        ...
