"""API keys: what machines sign in with."""

from rustok.core.db.ddl import fence
from rustok.core.migration import run

revision = "auth_0002"
down_revision = "auth_0001"
branch_labels = None
depends_on = None

API_KEYS = """
    CREATE TABLE auth_api_keys (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        id uuid NOT NULL,
        name text NOT NULL CHECK (name <> ''),
        digest bytea NOT NULL CHECK (length(digest) = 32),
        hint text NOT NULL,
        permissions text[] NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        created_by_user uuid,
        created_by_key uuid,
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, created_by_user) REFERENCES auth_users (tenant_id, id)
            ON DELETE SET NULL (created_by_user),
        FOREIGN KEY (tenant_id, created_by_key) REFERENCES auth_api_keys (tenant_id, id)
            ON DELETE SET NULL (created_by_key),
        CHECK (created_by_user IS NULL OR created_by_key IS NULL)
    ) WITH (fillfactor = 90);
    CREATE INDEX auth_api_keys_users ON auth_api_keys (tenant_id, created_by_user)
        WHERE created_by_user IS NOT NULL;
    CREATE INDEX auth_api_keys_keys ON auth_api_keys (tenant_id, created_by_key)
        WHERE created_by_key IS NOT NULL;
    COMMENT ON COLUMN auth_api_keys.digest IS
        'SHA-256 of the whole key. It is random, so that nothing slower would be safer.';
    COMMENT ON COLUMN auth_api_keys.hint IS 'The last letters of the key, to recognise it by.';
"""


def upgrade() -> None:
    """Creates the table and its fence."""
    run(API_KEYS, fence("auth_api_keys"))
