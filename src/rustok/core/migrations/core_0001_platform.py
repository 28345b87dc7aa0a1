"""Extensions, the tenant-free bookkeeping tables, idempotency keys."""

from rustok.core.db.ddl import RUNTIME, WORKER
from rustok.core.migration import run

revision = "core_0001"
down_revision = None
branch_labels = ("core",)
depends_on = None


def upgrade() -> None:
    """Creates what every module's migrations may rely on."""
    run(
        f"GRANT USAGE ON SCHEMA public TO {RUNTIME}, {WORKER}",
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE EXTENSION IF NOT EXISTS btree_gin",
        "CREATE EXTENSION IF NOT EXISTS unaccent",
        """
        CREATE TABLE sys_installation (
            only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
            fingerprint text NOT NULL,
            migrated_at timestamptz NOT NULL DEFAULT now()
        );
        COMMENT ON TABLE sys_installation IS
            'What the database was last migrated to: a warm start compares it and skips Alembic.';
        """,
        f"GRANT SELECT ON sys_installation TO {RUNTIME}, {WORKER}",
    )
