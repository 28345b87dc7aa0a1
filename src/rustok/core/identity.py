"""Ports of identity: who a token speaks for, and what a user may do.

auth and rbac do not know each other; they meet here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from rustok.core.context import Actor, Context, TenantRef
from rustok.core.db.sessions import ReadSession, WriteSession

CHANNEL = "rustok_principals"
"""Carries which principals changed: `user:<uuid>`, `tenant:<uuid>` for all users of a tenant, or
`key:<uuid>`, sent in the transaction."""


class Grants(msgspec.Struct, frozen=True):
    """A user's roles in a tenant and the permissions they add up to."""

    roles: tuple[str, ...]
    permissions: frozenset[str]


class Authenticator(Protocol):
    """Turns a bearer token, or an API key in its place, into an actor; auth implements it."""

    async def authenticate(self, tenant: TenantRef, token: str) -> Actor:
        """The actor.

        Raises Unauthenticated, Forbidden for another tenant's valid token, and DatabaseUnavailable
        where nobody can say whether the session or key still lives.
        """
        ...


class Principals(Protocol):
    """What a process remembers of users for less than a second; auth implements it."""

    def forget(self, *, tenant_id: UUID, user_id: UUID | None = None) -> None:
        """Drops what this process remembers of a user, or of every user of the tenant."""
        ...


class Users(Protocol):
    """What others may know of a tenant's users; auth implements it."""

    async def active(self, session: ReadSession, user_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of the users who are not suspended."""
        ...


class Actors(Protocol):
    """Who the ids are that the log calls actors; auth implements it."""

    async def texts(self, session: ReadSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
        """Each id as it is shown outside, `user_...` or `key_...`; one round trip at most."""
        ...


class Roles(Protocol):
    """Roles of a tenant's users; rbac implements it.

    Everything happens in the session of the use case that asks, and binds it: what raises there
    leaves nothing.
    """

    async def grants(self, session: ReadSession, user_id: UUID) -> Grants:
        """What the user holds now, read from the database in one round trip."""
        ...

    async def roles_of(
        self, session: ReadSession, user_ids: Sequence[UUID]
    ) -> Mapping[UUID, tuple[str, ...]]:
        """The roles of several users."""
        ...

    async def assign_default(self, session: WriteSession, user_id: UUID) -> None:
        """Gives a user who has just registered the role that every visitor may have."""
        ...

    async def assign(
        self, ctx: Context, session: WriteSession, user_id: UUID, roles: Sequence[str]
    ) -> Grants:
        """Replaces a user's roles.

        Raises ValidationFailed for an unknown role, NotFound for an unknown user, Forbidden where
        the caller holds less than the user had or would get, LastAdmin where no admin would remain.
        """
        ...

    def delegable(self, ctx: Context, permissions: Sequence[str]) -> tuple[str, ...]:
        """Permissions that the caller hands on, once each.

        Raises ValidationFailed for one that nobody in a tenant can be given, Forbidden for one
        that the caller does not hold.
        """
        ...

    def known(self, permissions: Iterable[str]) -> frozenset[str]:
        """Those that still mean something: modules that are not installed any more give nothing."""
        ...

    async def check_suspension(self, ctx: Context, session: WriteSession, user_id: UUID) -> None:
        """Raises Forbidden where the caller holds less than the user, LastAdmin as `assign`."""
        ...
