"""The journal of modules switched for tenants: what was begun, what came of it."""

from rustok.core.db.ddl import WORKER, fence, open_to
from rustok.core.migration import run

revision = "tenant_0002"
down_revision = "tenant_0001"
branch_labels = None
depends_on = None

TABLE = """
    CREATE TABLE tenant_module_changes (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        id uuid NOT NULL,
        module text NOT NULL,
        action text NOT NULL CHECK (action IN ('enable', 'disable')),
        state text NOT NULL CHECK (state IN ('started', 'done', 'failed')),
        error text CHECK ((state = 'failed') = (error IS NOT NULL)),
        started_at timestamptz NOT NULL,
        ended_at timestamptz CHECK ((state = 'started') = (ended_at IS NULL)),
        PRIMARY KEY (tenant_id, id)
    );
    CREATE INDEX tenant_module_changes_started ON tenant_module_changes (started_at)
        WHERE state = 'started';
    COMMENT ON TABLE tenant_module_changes IS
        'Done only if the switch was committed: its row changes in the same transaction.';
"""


def upgrade() -> None:
    """Creates the table with its fence; the worker finds what was left behind in any tenant."""
    run(
        TABLE,
        fence("tenant_module_changes", grants=("select", "insert", "update")),
        open_to(WORKER, "tenant_module_changes"),
    )
