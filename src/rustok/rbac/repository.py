"""Every SQL statement of the rbac module."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement


class RoleRow(msgspec.Struct, frozen=True, gc=False):
    """A role with what it holds by its rows."""

    id: UUID
    name: str
    summary: str
    built_in: bool
    version: int
    permissions: list[str]


class GrantRow(msgspec.Struct, frozen=True, gc=False):
    """One role of a user."""

    role: str
    permissions: list[str]


class AssignmentRow(msgspec.Struct, frozen=True, gc=False):
    """A role of one of several users."""

    user_id: UUID
    role: str


GRANTS = Query(
    """
    SELECT a.role, ARRAY(
               SELECT p.permission FROM rbac_role_permissions p
               WHERE p.tenant_id = a.tenant_id AND p.role = a.role) AS permissions
    FROM rbac_assignments a
    WHERE a.tenant_id = :tenant_id AND a.user_id = :user_id
    ORDER BY a.role
    """,
    GrantRow,
    hot=True,
    user_id=UUID,
)

ASSIGNMENTS = Query(
    """
    SELECT user_id, role FROM rbac_assignments
    WHERE tenant_id = :tenant_id AND user_id = ANY (:user_ids) ORDER BY user_id, role
    """,
    AssignmentRow,
    user_ids=list[UUID],
)

HOLDERS = Query(
    """
    SELECT DISTINCT user_id FROM rbac_assignments
    WHERE tenant_id = :tenant_id AND role = ANY (:roles)
    """,
    UUID,
    roles=list[str],
)

ROLES = Query(
    """
    SELECT r.id, r.name, r.summary, r.built_in, r.version, ARRAY(
               SELECT p.permission FROM rbac_role_permissions p
               WHERE p.tenant_id = r.tenant_id AND p.role = r.name ORDER BY 1) AS permissions
    FROM rbac_roles r
    WHERE r.tenant_id = :tenant_id AND NOT r.built_in
    ORDER BY r.name
    """,
    RoleRow,
)

ROLE = Query(
    """
    SELECT r.id, r.name, r.summary, r.built_in, r.version, ARRAY(
               SELECT p.permission FROM rbac_role_permissions p
               WHERE p.tenant_id = r.tenant_id AND p.role = r.name ORDER BY 1) AS permissions
    FROM rbac_roles r
    WHERE r.tenant_id = :tenant_id AND r.name = :name
    """,
    RoleRow,
    name=str,
)

LOCK_TENANT = Statement(
    "SELECT pg_advisory_xact_lock(hashtextextended('rbac' || :tenant_id::uuid::text, 0))"
)

INSERT_ROLE = Statement(
    """
    INSERT INTO rbac_roles (tenant_id, name, id, summary, built_in, created_at, updated_at)
    VALUES (:tenant_id, :name, :id, :summary, false, :now, :now)
    """,
    name=str,
    id=UUID,
    summary=str,
    now=datetime,
)

ENSURE_BUILT_IN = Statement(
    """
    INSERT INTO rbac_roles (tenant_id, name, id, summary, built_in, created_at, updated_at)
    VALUES (:tenant_id, :name, :id, '', true, :now, :now)
    ON CONFLICT (tenant_id, name) DO NOTHING
    """,
    name=str,
    id=UUID,
    now=datetime,
)

UPDATE_ROLE = Statement(
    """
    UPDATE rbac_roles SET summary = :summary, version = version + 1, updated_at = :now
    WHERE tenant_id = :tenant_id AND name = :name
    """,
    name=str,
    summary=str,
    now=datetime,
)

DELETE_ROLE = Statement(
    "DELETE FROM rbac_roles WHERE tenant_id = :tenant_id AND name = :name", name=str
)

DELETE_PERMISSIONS = Statement(
    "DELETE FROM rbac_role_permissions WHERE tenant_id = :tenant_id AND role = :role", role=str
)

INSERT_PERMISSIONS = Statement(
    """
    INSERT INTO rbac_role_permissions (tenant_id, role, permission)
    SELECT :tenant_id, :role, permission FROM unnest(:permissions::text[]) AS permission
    """,
    role=str,
    permissions=list[str],
)

NEXT_VERSION = Query(
    """
    INSERT INTO rbac_holders (tenant_id, user_id, version) VALUES (:tenant_id, :user_id, 1)
    ON CONFLICT (tenant_id, user_id) DO UPDATE SET version = rbac_holders.version + 1
    RETURNING version
    """,
    int,
    user_id=UUID,
)

DELETE_ASSIGNMENTS = Statement(
    "DELETE FROM rbac_assignments WHERE tenant_id = :tenant_id AND user_id = :user_id",
    user_id=UUID,
)

INSERT_ASSIGNMENTS = Statement(
    """
    INSERT INTO rbac_assignments (tenant_id, user_id, role)
    SELECT :tenant_id, :user_id, role FROM unnest(:roles::text[]) AS role
    """,
    user_id=UUID,
    roles=list[str],
)

NOTIFY = Statement("SELECT pg_notify(:channel, :what)", channel=str, what=str)
