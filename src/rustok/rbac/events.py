"""Facts about roles and who has them."""

from typing import ClassVar

from rustok.core.events import Fact, Retention


class RoleFact(Fact, frozen=True):
    """Base of the facts about a custom role."""

    aggregate: ClassVar[str] = "role"
    retention: ClassVar[Retention] = "audit"
    role: str


class RoleCreated(RoleFact, frozen=True):
    """A custom role was made."""

    name: ClassVar[str] = "role.created"
    permissions: tuple[str, ...]


class RoleUpdated(RoleFact, frozen=True):
    """A custom role holds other permissions, or says something else of itself."""

    name: ClassVar[str] = "role.updated"
    permissions: tuple[str, ...]


class RoleDeleted(RoleFact, frozen=True):
    """A custom role is gone."""

    name: ClassVar[str] = "role.deleted"


class UserRolesChanged(Fact, frozen=True):
    """A user has other roles; the aggregate is the user's set of roles, by the user's id."""

    name: ClassVar[str] = "user.roles_changed"
    aggregate: ClassVar[str] = "user_roles"
    retention: ClassVar[Retention] = "audit"
    roles: tuple[str, ...]


EVENTS = (RoleCreated, RoleUpdated, RoleDeleted, UserRolesChanged)
