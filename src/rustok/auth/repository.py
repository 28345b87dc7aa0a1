"""Every SQL statement about users, sessions, refresh tokens and attempts."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement


class UserRow(msgspec.Struct, frozen=True, gc=False):
    """A user as the outside may see one."""

    id: UUID
    email: str
    name: str
    locale: str
    status: str
    version: int
    created_at: datetime
    updated_at: datetime


class SecretRow(msgspec.Struct, frozen=True, gc=False):
    """What signing in needs of a user."""

    id: UUID
    email_key: str
    password_hash: str
    status: str
    version: int


class SessionRow(msgspec.Struct, frozen=True, gc=False):
    """A session."""

    id: UUID
    user_id: UUID
    version: int
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class RefreshRow(msgspec.Struct, frozen=True, gc=False):
    """How often and when a refresh token was used."""

    used_at: datetime | None
    uses: int


class RevokedRow(msgspec.Struct, frozen=True, gc=False):
    """A session that was just revoked, with its new version."""

    id: UUID
    version: int


class PrincipalRow(msgspec.Struct, frozen=True, gc=False):
    """Who a session speaks for."""

    user_id: UUID
    email: str
    status: str
    expires_at: datetime
    revoked_at: datetime | None


class AttemptRow(msgspec.Struct, frozen=True, gc=False):
    """The attempts of a window."""

    attempts: int
    window_started_at: datetime


INSERT_USER = Statement(
    """
    INSERT INTO auth_users (tenant_id, id, email, email_key, name, password_hash, locale,
                            created_at, updated_at)
    VALUES (:tenant_id, :id, :email, :email_key, :name, :password_hash, :locale, :now, :now)
    """,
    id=UUID,
    email=str,
    email_key=str,
    name=str,
    password_hash=str,
    locale=str,
    now=datetime,
)

USER = Query(
    """
    SELECT id, email, name, locale, status, version, created_at, updated_at
    FROM auth_users WHERE tenant_id = :tenant_id AND id = :id
    """,
    UserRow,
    id=UUID,
)

USERS = Query(
    """
    SELECT id, email, name, locale, status, version, created_at, updated_at
    FROM auth_users
    WHERE tenant_id = :tenant_id
      AND (:before::uuid IS NULL OR id < :before)
      AND (:email_key::text IS NULL OR email_key = :email_key)
      AND (:status::text IS NULL OR status = :status)
    ORDER BY id DESC LIMIT :limit
    """,
    UserRow,
    before=UUID | None,
    email_key=str | None,
    status=str | None,
    limit=int,
)

COUNT_USERS = Query(
    """
    SELECT count(*)::int FROM auth_users
    WHERE tenant_id = :tenant_id
      AND (:email_key::text IS NULL OR email_key = :email_key)
      AND (:status::text IS NULL OR status = :status)
    """,
    int,
    email_key=str | None,
    status=str | None,
)

ACTIVE = Query(
    """
    SELECT id FROM auth_users
    WHERE tenant_id = :tenant_id AND id = ANY (:ids) AND status = 'active'
    """,
    UUID,
    ids=list[UUID],
)

SECRET_BY_EMAIL = Query(
    """
    SELECT id, email_key, password_hash, status, version
    FROM auth_users WHERE tenant_id = :tenant_id AND email_key = :email_key
    """,
    SecretRow,
    email_key=str,
)

SECRET = Query(
    """
    SELECT id, email_key, password_hash, status, version
    FROM auth_users WHERE tenant_id = :tenant_id AND id = :id
    """,
    SecretRow,
    id=UUID,
)

LOCK_USER = Query(
    """
    SELECT id, email_key, password_hash, status, version
    FROM auth_users WHERE tenant_id = :tenant_id AND id = :id FOR UPDATE
    """,
    SecretRow,
    id=UUID,
)

REHASH = Statement(
    """
    UPDATE auth_users SET password_hash = :password_hash
    WHERE tenant_id = :tenant_id AND id = :id
    """,
    id=UUID,
    password_hash=str,
)

SET_PASSWORD = Statement(
    """
    UPDATE auth_users SET password_hash = :password_hash, version = version + 1, updated_at = :now
    WHERE tenant_id = :tenant_id AND id = :id
    """,
    id=UUID,
    password_hash=str,
    now=datetime,
)

SET_STATUS = Statement(
    """
    UPDATE auth_users SET status = :status, version = version + 1, updated_at = :now
    WHERE tenant_id = :tenant_id AND id = :id
    """,
    id=UUID,
    status=str,
    now=datetime,
)

INSERT_SESSION = Statement(
    """
    INSERT INTO auth_sessions (tenant_id, id, user_id, created_at, refreshed_at, expires_at)
    VALUES (:tenant_id, :id, :user_id, :now, :now, :expires_at)
    """,
    id=UUID,
    user_id=UUID,
    now=datetime,
    expires_at=datetime,
)

LOCK_SESSION_OF_TOKEN = Query(
    """
    SELECT s.id, s.user_id, s.version, s.created_at, s.expires_at, s.revoked_at
    FROM auth_refresh_tokens t
    JOIN auth_sessions s ON s.tenant_id = t.tenant_id AND s.id = t.session_id
    WHERE t.tenant_id = :tenant_id AND t.digest = :digest
    FOR UPDATE OF s
    """,
    SessionRow,
    digest=bytes,
)

EXTEND_SESSION = Statement(
    """
    UPDATE auth_sessions SET refreshed_at = :now, expires_at = :expires_at
    WHERE tenant_id = :tenant_id AND id = :id
    """,
    id=UUID,
    now=datetime,
    expires_at=datetime,
)

REVOKE_SESSION = Query(
    """
    UPDATE auth_sessions
    SET revoked_at = :now, revoke_reason = :reason, version = version + 1
    WHERE tenant_id = :tenant_id AND id = :id AND revoked_at IS NULL
    RETURNING id, version
    """,
    RevokedRow,
    id=UUID,
    now=datetime,
    reason=str,
)

REVOKE_SESSIONS = Query(
    """
    UPDATE auth_sessions
    SET revoked_at = :now, revoke_reason = :reason, version = version + 1
    WHERE tenant_id = :tenant_id AND id IN (
        SELECT id FROM auth_sessions
        WHERE tenant_id = :tenant_id AND user_id = :user_id AND revoked_at IS NULL
          AND id IS DISTINCT FROM :except_id
        ORDER BY id FOR UPDATE)
    RETURNING id, version
    """,
    RevokedRow,
    user_id=UUID,
    except_id=UUID | None,
    now=datetime,
    reason=str,
)

DELETE_OLD_SESSIONS = Statement(
    """
    DELETE FROM auth_sessions
    WHERE tenant_id = :tenant_id AND id IN (
        SELECT id FROM auth_sessions
        WHERE tenant_id = :tenant_id AND user_id = :user_id AND expires_at < :before
        ORDER BY id LIMIT 20 FOR UPDATE SKIP LOCKED)
    """,
    user_id=UUID,
    before=datetime,
)

INSERT_REFRESH = Statement(
    """
    INSERT INTO auth_refresh_tokens (tenant_id, digest, session_id, issued_at)
    VALUES (:tenant_id, :digest, :session_id, :now)
    """,
    digest=bytes,
    session_id=UUID,
    now=datetime,
)

REFRESH = Query(
    """
    SELECT used_at, uses FROM auth_refresh_tokens
    WHERE tenant_id = :tenant_id AND digest = :digest
    """,
    RefreshRow,
    digest=bytes,
)

USE_REFRESH = Statement(
    """
    UPDATE auth_refresh_tokens SET used_at = coalesce(used_at, :now), uses = uses + 1
    WHERE tenant_id = :tenant_id AND digest = :digest
    """,
    digest=bytes,
    now=datetime,
)

PRINCIPAL = Query(
    """
    SELECT u.id AS user_id, u.email, u.status, s.expires_at, s.revoked_at
    FROM auth_sessions s
    JOIN auth_users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
    WHERE s.tenant_id = :tenant_id AND s.id = :session_id
    """,
    PrincipalRow,
    hot=True,
    session_id=UUID,
)

COUNT_ATTEMPT = Query(
    """
    INSERT INTO auth_login_attempts AS a (tenant_id, scope, subject, window_started_at, attempts)
    VALUES (:tenant_id, :scope, :subject, :now, 1)
    ON CONFLICT (tenant_id, scope, subject) DO UPDATE SET
        attempts = CASE WHEN a.window_started_at <= :window_before THEN 1 ELSE a.attempts + 1 END,
        window_started_at =
            CASE WHEN a.window_started_at <= :window_before THEN :now ELSE a.window_started_at END
    RETURNING attempts, window_started_at
    """,
    AttemptRow,
    scope=str,
    subject=bytes,
    now=datetime,
    window_before=datetime,
)

FORGET_ATTEMPTS = Statement(
    """
    DELETE FROM auth_login_attempts
    WHERE tenant_id = :tenant_id AND scope = :scope AND subject = :subject
    """,
    scope=str,
    subject=bytes,
)

TAKE_BACK_ATTEMPT = Statement(
    """
    UPDATE auth_login_attempts SET attempts = attempts - 1
    WHERE tenant_id = :tenant_id AND scope = :scope AND subject = :subject AND attempts > 0
    """,
    scope=str,
    subject=bytes,
)

DELETE_OLD_ATTEMPTS = Statement(
    """
    DELETE FROM auth_login_attempts
    WHERE tenant_id = :tenant_id AND (scope, subject) IN (
        SELECT scope, subject FROM auth_login_attempts
        WHERE tenant_id = :tenant_id AND window_started_at <= :window_before
        ORDER BY window_started_at LIMIT 10 FOR UPDATE SKIP LOCKED)
    """,
    window_before=datetime,
)

NOTIFY = Statement("SELECT pg_notify(:channel, :what)", channel=str, what=str)
