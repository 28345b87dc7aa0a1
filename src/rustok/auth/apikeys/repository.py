"""Every SQL statement about API keys."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement


class ApiKeyRow(msgspec.Struct, frozen=True, gc=False):
    """A key as staff may see one, and whether who made it may still act."""

    id: UUID
    name: str
    hint: str
    permissions: list[str]
    version: int
    created_at: datetime
    created_by_user: UUID | None
    created_by_key: UUID | None
    creator_active: bool
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class KnownKeyRow(msgspec.Struct, frozen=True, gc=False):
    """What proves a key, and what it may do."""

    digest: bytes
    permissions: list[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class RevokedKeyRow(msgspec.Struct, frozen=True, gc=False):
    """A key that was just revoked, with its new version."""

    id: UUID
    version: int


INSERT = Statement(
    """
    INSERT INTO auth_api_keys (tenant_id, id, name, digest, hint, permissions, created_at,
                               created_by_user, created_by_key, expires_at)
    VALUES (:tenant_id, :id, :name, :digest, :hint, :permissions, :now,
            :created_by_user, :created_by_key, :expires_at)
    """,
    id=UUID,
    name=str,
    digest=bytes,
    hint=str,
    permissions=list[str],
    now=datetime,
    created_by_user=UUID | None,
    created_by_key=UUID | None,
    expires_at=datetime | None,
)

API_KEY = Query(
    """
    SELECT k.id, k.name, k.hint, k.permissions, k.version, k.created_at,
           k.created_by_user, k.created_by_key,
           coalesce(u.status = 'active', c.revoked_at IS NULL
                    AND (c.expires_at IS NULL OR c.expires_at > :now)) AS creator_active,
           k.expires_at, k.revoked_at, k.last_used_at
    FROM auth_api_keys k
    LEFT JOIN auth_users u ON u.tenant_id = k.tenant_id AND u.id = k.created_by_user
    LEFT JOIN auth_api_keys c ON c.tenant_id = k.tenant_id AND c.id = k.created_by_key
    WHERE k.tenant_id = :tenant_id AND k.id = :id
    """,
    ApiKeyRow,
    id=UUID,
    now=datetime,
)

API_KEYS = Query(
    """
    SELECT k.id, k.name, k.hint, k.permissions, k.version, k.created_at,
           k.created_by_user, k.created_by_key,
           coalesce(u.status = 'active', c.revoked_at IS NULL
                    AND (c.expires_at IS NULL OR c.expires_at > :now)) AS creator_active,
           k.expires_at, k.revoked_at, k.last_used_at
    FROM auth_api_keys k
    LEFT JOIN auth_users u ON u.tenant_id = k.tenant_id AND u.id = k.created_by_user
    LEFT JOIN auth_api_keys c ON c.tenant_id = k.tenant_id AND c.id = k.created_by_key
    WHERE k.tenant_id = :tenant_id
      AND (:before::uuid IS NULL OR k.id < :before)
      AND (:creator::uuid IS NULL OR :creator IN (k.created_by_user, k.created_by_key))
      AND (:status::text IS NULL OR :status = CASE
               WHEN k.revoked_at IS NOT NULL THEN 'revoked'
               WHEN k.expires_at <= :now THEN 'expired'
               ELSE 'active' END)
    ORDER BY k.id DESC LIMIT :limit
    """,
    ApiKeyRow,
    before=UUID | None,
    creator=UUID | None,
    status=str | None,
    now=datetime,
    limit=int,
)

COUNT = Query(
    """
    SELECT count(*)::int FROM auth_api_keys k
    WHERE k.tenant_id = :tenant_id
      AND (:creator::uuid IS NULL OR :creator IN (k.created_by_user, k.created_by_key))
      AND (:status::text IS NULL OR :status = CASE
               WHEN k.revoked_at IS NOT NULL THEN 'revoked'
               WHEN k.expires_at <= :now THEN 'expired'
               ELSE 'active' END)
    """,
    int,
    creator=UUID | None,
    status=str | None,
    now=datetime,
)

THOSE = Query(
    "SELECT id FROM auth_api_keys WHERE tenant_id = :tenant_id AND id = ANY (:ids)",
    UUID,
    ids=list[UUID],
)

KNOWN = Query(
    """
    SELECT digest, permissions, expires_at, revoked_at, last_used_at
    FROM auth_api_keys WHERE tenant_id = :tenant_id AND id = :id
    """,
    KnownKeyRow,
    hot=True,
    id=UUID,
)

LOCK = Query(
    """
    SELECT digest, permissions, expires_at, revoked_at, last_used_at
    FROM auth_api_keys WHERE tenant_id = :tenant_id AND id = :id FOR UPDATE
    """,
    KnownKeyRow,
    id=UUID,
)

REVOKE = Query(
    """
    UPDATE auth_api_keys SET revoked_at = :now, version = version + 1
    WHERE tenant_id = :tenant_id AND id = :id AND revoked_at IS NULL
    RETURNING id, version
    """,
    RevokedKeyRow,
    id=UUID,
    now=datetime,
)

USED = Statement(
    """
    UPDATE auth_api_keys SET last_used_at = :now
    WHERE tenant_id = :tenant_id AND id = :id
      AND (last_used_at IS NULL OR last_used_at <= :before)
    """,
    id=UUID,
    now=datetime,
    before=datetime,
)
