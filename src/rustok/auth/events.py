"""Facts about users and sessions; they name ids, never persons."""

from typing import ClassVar, Literal
from uuid import UUID

from rustok.core.events import Fact, Retention

RevokeReason = Literal[
    "logout", "logout_everywhere", "password_changed", "suspended", "refresh_token_reused"
]


class UserFact(Fact, frozen=True):
    """Base of the facts about a user."""

    aggregate: ClassVar[str] = "user"
    retention: ClassVar[Retention] = "audit"


class UserRegistered(UserFact, frozen=True):
    """A user account was made, by its owner or by staff."""

    name: ClassVar[str] = "user.registered"
    by_staff: bool


class UserSuspended(UserFact, frozen=True):
    """The user cannot sign in any more, and all sessions ended."""

    name: ClassVar[str] = "user.suspended"


class UserReactivated(UserFact, frozen=True):
    """The user may sign in again."""

    name: ClassVar[str] = "user.reactivated"


class UserPasswordChanged(UserFact, frozen=True):
    """The password was changed and other sessions ended."""

    name: ClassVar[str] = "user.password_changed"


class SessionFact(Fact, frozen=True):
    """Base of the facts about a session."""

    aggregate: ClassVar[str] = "session"
    retention: ClassVar[Retention] = "audit"
    user_id: UUID


class SessionCreated(SessionFact, frozen=True):
    """A user signed in."""

    name: ClassVar[str] = "session.created"


class SessionRevoked(SessionFact, frozen=True):
    """A session ended before its time."""

    name: ClassVar[str] = "session.revoked"
    reason: RevokeReason


EVENTS = (
    UserRegistered,
    UserSuspended,
    UserReactivated,
    UserPasswordChanged,
    SessionCreated,
    SessionRevoked,
)
