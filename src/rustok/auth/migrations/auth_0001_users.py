"""Users, sessions, refresh tokens, sign-in attempts, and the platform's signing keys."""

from rustok.core.db.ddl import RUNTIME, WORKER, fence
from rustok.core.migration import run

revision = "auth_0001"
down_revision = None
branch_labels = ("auth",)
depends_on = ("core_0001", "tenant_0001")

USERS = """
    CREATE TABLE auth_users (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        id uuid NOT NULL,
        email text NOT NULL,
        email_key text NOT NULL CHECK (email_key <> ''),
        name text NOT NULL,
        password_hash text NOT NULL CHECK (password_hash <> ''),
        status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
        locale text NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT auth_users_email UNIQUE (tenant_id, email_key)
    );
    COMMENT ON COLUMN auth_users.email_key IS 'The email folded: equal for every spelling of it.';
"""

SESSIONS = """
    CREATE TABLE auth_sessions (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        id uuid NOT NULL,
        user_id uuid NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        refreshed_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        revoke_reason text,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, user_id) REFERENCES auth_users (tenant_id, id) ON DELETE CASCADE,
        CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL))
    );
    CREATE INDEX auth_sessions_user ON auth_sessions (tenant_id, user_id);
    COMMENT ON TABLE auth_sessions IS 'One row per sign-in: also the family of its refresh tokens.';

    CREATE TABLE auth_refresh_tokens (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        digest bytea NOT NULL CHECK (length(digest) = 32),
        session_id uuid NOT NULL,
        issued_at timestamptz NOT NULL,
        used_at timestamptz,
        uses integer NOT NULL DEFAULT 0,
        PRIMARY KEY (tenant_id, digest),
        FOREIGN KEY (tenant_id, session_id) REFERENCES auth_sessions (tenant_id, id)
            ON DELETE CASCADE
    );
    CREATE INDEX auth_refresh_tokens_session ON auth_refresh_tokens (tenant_id, session_id);
    COMMENT ON TABLE auth_refresh_tokens IS
        'SHA-256 digests. Used ones stay as long as their session: that is how reuse is seen.';
"""

ATTEMPTS = """
    CREATE TABLE auth_login_attempts (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        scope text NOT NULL CHECK (scope IN ('account', 'address', 'registration')),
        subject bytea NOT NULL,
        window_started_at timestamptz NOT NULL,
        attempts integer NOT NULL,
        PRIMARY KEY (tenant_id, scope, subject)
    );
    CREATE INDEX auth_login_attempts_age ON auth_login_attempts (tenant_id, window_started_at);
    COMMENT ON COLUMN auth_login_attempts.subject IS
        'A keyed digest of the email or network address: the table names nobody.';
"""

KEYS = f"""
    CREATE TABLE auth_signing_keys (
        kid text PRIMARY KEY,
        state text NOT NULL CHECK (state IN ('next', 'current', 'retiring')),
        public_key bytea NOT NULL,
        private_key bytea NOT NULL,
        published_at timestamptz NOT NULL,
        signs_since timestamptz,
        expires_at timestamptz,
        CHECK ((state = 'next') = (signs_since IS NULL)),
        CHECK ((state = 'retiring') = (expires_at IS NOT NULL))
    );
    CREATE UNIQUE INDEX auth_signing_keys_one ON auth_signing_keys (state)
        WHERE state IN ('next', 'current');
    COMMENT ON TABLE auth_signing_keys IS
        'The platform''s Ed25519 keys; private ones are sealed with a key derived from SECRET_KEY.';
    GRANT SELECT, INSERT, UPDATE, DELETE ON auth_signing_keys TO {RUNTIME}, {WORKER};
"""


def upgrade() -> None:
    """Creates the tables and the fences of those that belong to tenants."""
    run(
        USERS,
        SESSIONS,
        ATTEMPTS,
        KEYS,
        fence("auth_users"),
        fence("auth_sessions"),
        fence("auth_refresh_tokens"),
        fence("auth_login_attempts"),
    )
