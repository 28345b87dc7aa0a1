"""What the rig's consumers did, one row for each time they did it."""

from rustok.core.db.ddl import WORKER, fence
from rustok.core.migration import run

revision = "crash_0001"
down_revision = None
branch_labels = ("crash",)
depends_on = ("tenant_0001", "outbox_0001")

# Without any unique key: an effect that happens twice has to be seen, not prevented.
EFFECTS = f"""
    CREATE TABLE crash_effects (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        number bigint GENERATED ALWAYS AS IDENTITY,
        consumer text NOT NULL,
        event_id uuid NOT NULL,
        name text NOT NULL,
        aggregate_id uuid NOT NULL,
        aggregate_version bigint NOT NULL,
        position bigint NOT NULL,
        occurred_at timestamptz NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (tenant_id, number)
    );
    CREATE INDEX crash_effects_event ON crash_effects (tenant_id, consumer, event_id);
    COMMENT ON TABLE crash_effects IS 'Every time a consumer of the rig applied an event.';
    {fence("crash_effects", grants=("select",))}
    GRANT INSERT ON crash_effects TO {WORKER};
    GRANT USAGE ON SEQUENCE crash_effects_number_seq TO {WORKER};
"""

THINGS = """
    CREATE TABLE crash_things (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        id uuid NOT NULL,
        version bigint NOT NULL,
        PRIMARY KEY (tenant_id, id)
    );
    COMMENT ON TABLE crash_things IS 'Aggregates whose facts the rig records itself.';
"""


def upgrade() -> None:
    """Creates the tables."""
    run(EFFECTS, THINGS, fence("crash_things"))
