"""Facts about users, sessions and API keys; they name ids, never persons or secrets."""

from datetime import datetime
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


class ApiKeyFact(Fact, frozen=True):
    """Base of the facts about an API key."""

    aggregate: ClassVar[str] = "api_key"
    retention: ClassVar[Retention] = "audit"


class ApiKeyCreated(ApiKeyFact, frozen=True):
    """A machine may sign in with a new key."""

    name: ClassVar[str] = "api_key.created"
    permissions: tuple[str, ...]
    expires_at: datetime | None


class ApiKeyRevoked(ApiKeyFact, frozen=True):
    """The key gives nothing any more."""

    name: ClassVar[str] = "api_key.revoked"


EVENTS = (
    UserRegistered,
    UserSuspended,
    UserReactivated,
    UserPasswordChanged,
    SessionCreated,
    SessionRevoked,
    ApiKeyCreated,
    ApiKeyRevoked,
)
