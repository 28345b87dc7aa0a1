"""Roles of a tenant, what they hold, and who has them."""

from rustok.core.db.ddl import fence
from rustok.core.migration import run

revision = "rbac_0001"
down_revision = None
branch_labels = ("rbac",)
depends_on = ("auth_0001",)

TABLES = """
    CREATE TABLE rbac_roles (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        name text NOT NULL,
        id uuid NOT NULL,
        summary text NOT NULL,
        built_in boolean NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, name)
    );
    COMMENT ON TABLE rbac_roles IS
        'Built-in roles have a row once somebody has them; what they hold is written in the code.';

    CREATE TABLE rbac_role_permissions (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        role text NOT NULL,
        permission text NOT NULL,
        PRIMARY KEY (tenant_id, role, permission),
        FOREIGN KEY (tenant_id, role) REFERENCES rbac_roles (tenant_id, name) ON DELETE CASCADE
    );

    CREATE TABLE rbac_holders (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        user_id uuid NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (tenant_id, user_id),
        CONSTRAINT rbac_holders_user FOREIGN KEY (tenant_id, user_id)
            REFERENCES auth_users (tenant_id, id) ON DELETE CASCADE
    );
    COMMENT ON TABLE rbac_holders IS 'One row per user with roles: the version of that set.';

    CREATE TABLE rbac_assignments (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        user_id uuid NOT NULL,
        role text NOT NULL,
        PRIMARY KEY (tenant_id, user_id, role),
        FOREIGN KEY (tenant_id, user_id) REFERENCES rbac_holders (tenant_id, user_id)
            ON DELETE CASCADE,
        CONSTRAINT rbac_assignments_role FOREIGN KEY (tenant_id, role)
            REFERENCES rbac_roles (tenant_id, name)
    );
    CREATE INDEX rbac_assignments_role ON rbac_assignments (tenant_id, role);
"""


def upgrade() -> None:
    """Creates the tables with their fences."""
    run(
        TABLES,
        fence("rbac_roles"),
        fence("rbac_role_permissions"),
        fence("rbac_holders"),
        fence("rbac_assignments"),
    )
