"""Who asks, for which tenant, in which language: verified once, passed first everywhere."""

from typing import Literal
from uuid import UUID

import msgspec

from rustok.core.errors import Forbidden, Unauthenticated, UserRequired
from rustok.core.permissions import Permission

ActorKind = Literal["anonymous", "user", "key", "system"]


class TenantRef(msgspec.Struct, frozen=True, kw_only=True):
    """The tenant of a request, as far as every module may know it."""

    id: UUID
    slug: str
    name: str
    default_locale: str
    locales: tuple[str, ...]
    currency: str
    modules: frozenset[str]
    settings: dict[str, msgspec.Raw] = {}


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: nobody known, a signed-in user of the tenant, a machine with one of the tenant's
    API keys, or the platform itself."""

    kind: ActorKind
    user_id: UUID | None = None
    session_id: UUID | None = None
    key_id: UUID | None = None
    email: str | None = None
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()

    @property
    def id(self) -> UUID | None:
        """The user's or the key's id; None for nobody known and for the platform."""
        return self.user_id or self.key_id

    def may(self, permission: Permission | str) -> bool:
        """Whether the actor holds the permission; the platform itself holds all."""
        key = permission if isinstance(permission, str) else permission.key
        return self.kind == "system" or key in self.permissions


ANONYMOUS = Actor(kind="anonymous")
SYSTEM = Actor(kind="system")


class UnitOfWork:
    """Marks the transaction that a whole request shares; the database layer has its own kind."""

    answer_is_secret = False
    """Whether the request's answer must not be kept for who repeats the request."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The explicit first parameter of every use case.

    `address` is the caller's, `base_path` what stands before the paths of this tenant's pages.
    `after` is the log token the caller wants to have been read (read-your-writes), `deadline` a
    moment of the event loop's clock in seconds, `unit` the transaction shared by the request.
    """

    tenant: TenantRef
    actor: Actor = ANONYMOUS
    locale: str
    request_id: str = ""
    address: str = ""
    base_path: str = ""
    causation_id: UUID | None = None
    after: int | None = None
    deadline: float | None = None
    unit: UnitOfWork | None = None

    def require(self, permission: Permission) -> None:
        """Raises Unauthenticated or Forbidden where the actor does not hold the permission."""
        if self.actor.may(permission):
            return
        if self.actor.kind == "anonymous":
            raise Unauthenticated
        raise Forbidden(f"This needs the permission {permission.key}.")

    def require_user(self) -> UUID:
        """The signed-in user's id; raises Unauthenticated, and UserRequired for an API key."""
        if self.actor.kind == "key":
            raise UserRequired
        if self.actor.user_id is None:
            raise Unauthenticated
        return self.actor.user_id

    def answer_once(self) -> None:
        """Says that the answer holds a secret: repeating the request does not show it again."""
        if self.unit is not None:
            self.unit.answer_is_secret = True


def system_context(tenant: TenantRef, *, request_id: str = "") -> Context:
    """The platform acting for a tenant: workers, commands and imports."""
    return Context(tenant=tenant, actor=SYSTEM, locale=tenant.default_locale, request_id=request_id)
