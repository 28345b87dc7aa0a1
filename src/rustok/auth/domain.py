"""Pure rules about users: emails, names, passwords, lifetimes."""

import re
import unicodedata
from datetime import datetime, timedelta

from rustok.auth.settings import AuthSettings
from rustok.auth.well_known import WELL_KNOWN
from rustok.core.context import TenantRef
from rustok.core.errors import FieldError, ValidationFailed

MAX_EMAIL = 254
MAX_LOCAL_PART = 64
MAX_NAME = 200
MIN_PASSWORD = 10
MAX_PASSWORD = 200

_LOCAL = re.compile(r"[^\s\x00-\x20\x7f@\"(),:;<>\[\\\]]+")
_LABEL = re.compile(r"[^\W_]([\w-]{0,61}[^\W_])?")


def email_key(email: str) -> str:
    """The email folded, so that every spelling of one address is the same.

    What is too long for an email is nobody's: it gives the empty text, before any work is done.
    """
    if len(email) > MAX_EMAIL:
        return ""
    folded = unicodedata.normalize("NFKC", email).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def normal_password(password: str) -> str:
    """The password as it is hashed: the same for every keyboard that types the same letters."""
    return unicodedata.normalize("NFKC", password)


def is_email(text: str) -> bool:
    """Whether the text has the form of an email address."""
    local, at, domain = text.rpartition("@")
    labels = domain.split(".")
    return (
        bool(at)
        and len(text) <= MAX_EMAIL
        and len(local) <= MAX_LOCAL_PART
        and _LOCAL.fullmatch(local) is not None
        and len(labels) > 1
        and all(map(_LABEL.fullmatch, labels))
    )


def check_new_user(
    tenant: TenantRef, *, email: str, password: str, name: str, locale: str | None
) -> None:
    """Raises ValidationFailed with everything that is wrong."""
    errors = [*_email(email), *_name(name), *_locale(tenant, locale)]
    errors += _password(password, email, "password")
    if errors:
        raise ValidationFailed(errors[0].detail, errors=errors)


def check_new_password(password: str, *, email: str, field: str) -> None:
    """Raises ValidationFailed where the password is too short, too long or easily guessed."""
    errors = _password(password, email, field)
    if errors:
        raise ValidationFailed(errors[0].detail, errors=errors)


def session_end(created_at: datetime, now: datetime, settings: AuthSettings) -> datetime:
    """Until when a session lives that is used now: a while from now, and not for ever."""
    idle = now + timedelta(days=settings.session_idle_days)
    return min(idle, created_at + timedelta(days=settings.session_days))


def _email(email: str) -> list[FieldError]:
    if is_email(email):
        return []
    return [_error("email", "INVALID_EMAIL", "This is not an email address.")]


def _name(name: str) -> list[FieldError]:
    if name.strip() and len(name) <= MAX_NAME and "\x00" not in name:
        return []
    return [_error("name", "INVALID_NAME", f"A name has 1 to {MAX_NAME} characters.")]


def _locale(tenant: TenantRef, locale: str | None) -> list[FieldError]:
    if locale is None or locale in tenant.locales:
        return []
    detail = f"The tenant's languages are {', '.join(tenant.locales)}."
    return [_error("locale", "UNKNOWN_LOCALE", detail)]


def _password(password: str, email: str, field: str) -> list[FieldError]:
    normal = normal_password(password[: MAX_PASSWORD + 1])
    if not MIN_PASSWORD <= len(normal) <= MAX_PASSWORD or len(password) > MAX_PASSWORD:
        detail = f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters."
        return [_error(field, "PASSWORD_LENGTH", detail)]
    folded = normal.casefold()
    if folded in {email_key(email), email_key(email).rpartition("@")[0]}:
        return [_error(field, "PASSWORD_IS_EMAIL", "The password must not be the email address.")]
    if folded in WELL_KNOWN or len(set(folded)) == 1:
        return [_error(field, "PASSWORD_TOO_COMMON", "This password is one of the most used.")]
    return []


def _error(field: str, code: str, detail: str) -> FieldError:
    return FieldError(path=(field,), code=code, detail=detail)
