"""Idempotency keys with the answers they got."""

from rustok.core.db.ddl import fence
from rustok.core.migration import run

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = ("tenant_0001",)


def upgrade() -> None:
    """Creates the table."""
    run(
        """
        CREATE TABLE sys_idempotency_keys (
            tenant_id uuid NOT NULL REFERENCES tenants (id),
            caller text NOT NULL,
            key text NOT NULL,
            fingerprint bytea NOT NULL,
            status smallint NOT NULL,
            headers bytea NOT NULL,
            body bytea NOT NULL,
            expires_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, caller, key)
        );
        CREATE INDEX sys_idempotency_keys_expiry ON sys_idempotency_keys (tenant_id, expires_at);
        COMMENT ON TABLE sys_idempotency_keys IS
            'Written in the transaction of the request they belong to; answers are sealed.';
        """,
        fence("sys_idempotency_keys"),
    )
