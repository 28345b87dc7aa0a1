"""Consumers go through each tenant's events on their own: cursors, leases, and who died at what."""

from rustok.core.db.ddl import DEFINER, RUNTIME, WORKER, fence, open_to
from rustok.core.events.transport import PARTITIONS
from rustok.core.migration import run

revision = "outbox_0004"
down_revision = "outbox_0003"
branch_labels = None
depends_on = None

LANES = f"""
    CREATE FUNCTION sys_partition(tenant uuid) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN get_byte(uuid_send(tenant), 15) % {PARTITIONS};

    ALTER TABLE sys_events ADD COLUMN trace text;
    CREATE INDEX sys_events_lane ON sys_events (tenant_id, position) WHERE position IS NOT NULL;

    CREATE TABLE sys_tenant_heads (
        tenant_id uuid PRIMARY KEY REFERENCES tenants (id),
        partition integer NOT NULL,
        position bigint NOT NULL
    ) WITH (fillfactor = 50);
    CREATE INDEX sys_tenant_heads_recent ON sys_tenant_heads (partition, position);
    COMMENT ON TABLE sys_tenant_heads IS 'The last position given to each tenant''s events.';

    CREATE TABLE sys_cursors (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        consumer text NOT NULL,
        position bigint NOT NULL,
        moved_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, consumer)
    ) WITH (fillfactor = 50);
    COMMENT ON TABLE sys_cursors IS
        'Every event of the tenant up to position is applied by the consumer, in sys_retries or in
        sys_dead_letters.';

    ALTER TABLE sys_events NO FORCE ROW LEVEL SECURITY;
    INSERT INTO sys_tenant_heads
    SELECT tenant_id, sys_partition(tenant_id), max(position) FROM sys_events
    WHERE position IS NOT NULL GROUP BY tenant_id;
    ALTER TABLE sys_events FORCE ROW LEVEL SECURITY;
    INSERT INTO sys_cursors
    SELECT h.tenant_id, c.name, least(c.position, h.position), c.moved_at
    FROM sys_consumers c CROSS JOIN sys_tenant_heads h;
    ALTER TABLE sys_consumers DROP COLUMN position;
    ALTER TABLE sys_consumers RENAME COLUMN moved_at TO registered_at;
    COMMENT ON TABLE sys_consumers IS 'The consumers there are; how far each is: sys_cursors.';
"""

WORKERS = """
    CREATE TABLE sys_workers (
        id uuid PRIMARY KEY,
        consumers text[] NOT NULL,
        backend integer,
        seen_until timestamptz NOT NULL
    ) WITH (fillfactor = 10);
    COMMENT ON TABLE sys_workers IS
        'Processes that apply events; past seen_until, or without its session, one is dead.';

    CREATE TABLE sys_leases (
        consumer text NOT NULL,
        partition integer NOT NULL,
        owner uuid,
        mark bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (consumer, partition)
    ) WITH (fillfactor = 50);
    COMMENT ON TABLE sys_leases IS
        'Which worker serves which tenants; up to mark nothing of the partition is left to do.';

    CREATE TABLE sys_attempts (
        worker uuid NOT NULL,
        consumer text NOT NULL,
        hand text NOT NULL,
        tenants uuid[] NOT NULL,
        positions bigint[] NOT NULL,
        most integer NOT NULL,
        alone boolean NOT NULL,
        PRIMARY KEY (worker, consumer, hand)
    ) WITH (fillfactor = 10);
    COMMENT ON TABLE sys_attempts IS
        'What each worker last began: lanes after these positions, or alone the event at one.';

    CREATE TABLE sys_suspects (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        consumer text NOT NULL,
        position bigint NOT NULL,
        upto bigint NOT NULL,
        deaths integer NOT NULL,
        PRIMARY KEY (tenant_id, consumer, position)
    );
    COMMENT ON TABLE sys_suspects IS
        'Events during which a worker died: applied one at a time; deaths counts those alone.';

    CREATE TABLE sys_publishers (
        name text PRIMARY KEY,
        position bigint NOT NULL DEFAULT 0,
        owner uuid,
        token bigint NOT NULL DEFAULT 0,
        expires_at timestamptz,
        moved_at timestamptz
    ) WITH (fillfactor = 10);
    COMMENT ON TABLE sys_publishers IS 'How far the log has been sent on to a stream, and by whom.';
"""

RIGHTS = f"""
    GRANT SELECT, INSERT, UPDATE, DELETE
        ON sys_workers, sys_leases, sys_attempts, sys_publishers TO {WORKER};
    GRANT SELECT ON sys_workers, sys_leases, sys_publishers TO {RUNTIME};
    GRANT DELETE ON sys_consumers TO {WORKER};
"""


def _open(table: str) -> str:
    return "".join(
        open_to(WORKER, table, command=command)
        for command in ("select", "insert", "update", "delete")
    )


def upgrade() -> None:
    """Divides each consumer's cursor by tenants, from where it is."""
    run(
        LANES,
        WORKERS,
        fence("sys_tenant_heads", grants=("select",)),
        fence("sys_cursors", grants=("select",)),
        fence("sys_suspects", grants=("select",)),
        _open("sys_tenant_heads"),
        _open("sys_cursors"),
        _open("sys_suspects"),
        open_to(DEFINER, "sys_tenant_heads"),
        open_to(DEFINER, "sys_cursors"),
        RIGHTS,
    )
