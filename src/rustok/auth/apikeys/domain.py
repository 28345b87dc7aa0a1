"""Pure rules about API keys."""

from datetime import datetime

from rustok.auth.types import ApiKeyStatus
from rustok.core.errors import invalid

MAX_NAME = 100


def check_name(name: str) -> str:
    """The name of a key to be made; raises ValidationFailed."""
    found = name.strip()
    if not found or len(found) > MAX_NAME or not found.isprintable():
        detail = f"A name has 1 to {MAX_NAME} characters, all of them printable."
        raise invalid("INVALID_NAME", detail, "name")
    return found


def check_expiry(expires_at: datetime | None, now: datetime) -> None:
    """Raises ValidationFailed for a moment that is over, or in no time zone."""
    if expires_at is None:
        return
    if expires_at.tzinfo is None:
        raise invalid("INVALID_EXPIRY", "The moment needs its offset from UTC.", "expiresAt")
    if expires_at <= now:
        raise invalid("INVALID_EXPIRY", "A key ends in the future.", "expiresAt")


def is_over(expires_at: datetime | None, now: datetime) -> bool:
    """Whether the moment a key ends at has come."""
    return expires_at is not None and expires_at <= now


def status_of(
    revoked_at: datetime | None, expires_at: datetime | None, now: datetime
) -> ApiKeyStatus:
    """Whether a key works, and why not."""
    if revoked_at is not None:
        return "revoked"
    return "expired" if is_over(expires_at, now) else "active"
