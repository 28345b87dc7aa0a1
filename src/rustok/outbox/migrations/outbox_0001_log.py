"""The event log, its one sequence of positions, cursors, retries and dead letters."""

from rustok.core.db.ddl import RUNTIME, WORKER, fence, open_to
from rustok.core.migration import run

revision = "outbox_0001"
down_revision = None
branch_labels = ("outbox",)
depends_on = ("core_0001", "tenant_0001")

SEQUENCER_LOCK = 0x7365_7175_656E_6365  # "sequence"

EVENTS = """
    CREATE SEQUENCE sys_events_insert_order;
    CREATE TABLE sys_events (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        insert_order bigint NOT NULL DEFAULT nextval('sys_events_insert_order'),
        position bigint CHECK (position > 0),
        id uuid NOT NULL,
        name text NOT NULL,
        schema_version integer NOT NULL,
        aggregate text NOT NULL,
        aggregate_id uuid NOT NULL,
        aggregate_version bigint NOT NULL,
        payload json NOT NULL,
        occurred_at timestamptz NOT NULL,
        actor_id uuid,
        correlation_id text NOT NULL,
        causation_id uuid,
        PRIMARY KEY (tenant_id, insert_order)
    ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
    ALTER SEQUENCE sys_events_insert_order OWNED BY sys_events.insert_order;
    CREATE INDEX sys_events_unsequenced ON sys_events (insert_order) WHERE position IS NULL;
    CREATE INDEX sys_events_position ON sys_events (position) WHERE position IS NOT NULL;
    CREATE INDEX sys_events_id ON sys_events (id);
    COMMENT ON TABLE sys_events IS
        'Facts, inserted with their cause. position is given after commit, in insert order.';

    CREATE TABLE sys_log_head (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        position bigint NOT NULL DEFAULT 0
    ) WITH (fillfactor = 10);
    INSERT INTO sys_log_head DEFAULT VALUES;
    COMMENT ON TABLE sys_log_head IS 'The last position given; positions have no gaps.';
"""

CONSUMERS = """
    CREATE TABLE sys_consumers (
        name text PRIMARY KEY,
        position bigint NOT NULL DEFAULT 0,
        moved_at timestamptz NOT NULL
    ) WITH (fillfactor = 10);
    COMMENT ON TABLE sys_consumers IS
        'Cursors: every event up to position is applied, in sys_retries or in sys_dead_letters.';

    CREATE TABLE sys_retries (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        consumer text NOT NULL,
        position bigint NOT NULL,
        insert_order bigint NOT NULL,
        aggregate_id uuid NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        next_at timestamptz,
        error text NOT NULL DEFAULT '',
        first_failed_at timestamptz,
        last_failed_at timestamptz,
        PRIMARY KEY (tenant_id, consumer, position),
        FOREIGN KEY (tenant_id, insert_order) REFERENCES sys_events (tenant_id, insert_order)
    );
    CREATE INDEX sys_retries_chain ON sys_retries (tenant_id, consumer, aggregate_id, position);
    CREATE INDEX sys_retries_due ON sys_retries (consumer, next_at) WHERE next_at IS NOT NULL;
    COMMENT ON TABLE sys_retries IS
        'Events a consumer failed on, and later ones of their aggregate, without a next_at.';

    CREATE TABLE sys_dead_letters (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        id uuid NOT NULL,
        consumer text NOT NULL,
        position bigint NOT NULL,
        insert_order bigint NOT NULL,
        aggregate_id uuid NOT NULL,
        attempts integer NOT NULL,
        reason text NOT NULL,
        blocking boolean NOT NULL,
        first_failed_at timestamptz NOT NULL,
        last_failed_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, consumer, position),
        FOREIGN KEY (tenant_id, insert_order) REFERENCES sys_events (tenant_id, insert_order)
    );
    CREATE INDEX sys_dead_letters_blocking ON sys_dead_letters
        (tenant_id, consumer, aggregate_id, position) WHERE blocking;
    COMMENT ON TABLE sys_dead_letters IS
        'Events a consumer gave up on, until an operator retries or discards them.';
"""

# Called by itself it is one round trip and one transaction: a sequencer that is stopped or killed
# holds no lock. A volatile function takes a new snapshot for each of its statements, so that the
# loop's query sees all that was committed before the lock was had. Row by row, because the plan of
# a join is made once for a session, when the table may be empty, and is then a thousand times
# slower on a full one; these statements have only one good plan.
SEQUENCE = f"""
    CREATE FUNCTION sys_sequence(batch integer) RETURNS TABLE (numbered integer, head bigint)
    LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off AS $$
    #variable_conflict use_column
    DECLARE
        waiting record;
        last bigint;
        count integer := 0;
    BEGIN
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE EXCEPTION 'sys_sequence needs the isolation level READ COMMITTED';
        END IF;
        PERFORM pg_advisory_xact_lock({SEQUENCER_LOCK});
        SELECT position INTO STRICT last FROM sys_log_head;
        FOR waiting IN
            SELECT tenant_id, insert_order FROM sys_events
            WHERE position IS NULL ORDER BY insert_order LIMIT batch
        LOOP
            count := count + 1;
            UPDATE sys_events SET position = last + count
            WHERE tenant_id = waiting.tenant_id AND insert_order = waiting.insert_order;
        END LOOP;
        IF count > 0 THEN
            UPDATE sys_log_head SET position = last + count;
        END IF;
        RETURN QUERY SELECT count, last + count;
    END $$;
    REVOKE ALL ON FUNCTION sys_sequence(integer) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION sys_sequence(integer) TO {WORKER};
"""

RIGHTS = f"""
    GRANT USAGE ON SEQUENCE sys_events_insert_order TO {RUNTIME}, {WORKER};

    CREATE POLICY sequencer ON sys_events FOR UPDATE TO {WORKER}
        USING (true) WITH CHECK (true);
    CREATE POLICY positions_are_final ON sys_events AS RESTRICTIVE FOR UPDATE
        USING (position IS NULL) WITH CHECK (position IS NOT NULL);
    GRANT UPDATE (position) ON sys_events TO {WORKER};

    GRANT SELECT ON sys_log_head, sys_consumers TO {RUNTIME}, {WORKER};
    GRANT UPDATE ON sys_log_head TO {WORKER};
    GRANT INSERT, UPDATE ON sys_consumers TO {WORKER};
    GRANT INSERT, UPDATE, DELETE ON sys_retries TO {WORKER};
    GRANT INSERT, DELETE ON sys_dead_letters TO {WORKER};
"""


def upgrade() -> None:
    """Creates the log: append only for the runtime role, numbered by the worker role."""
    run(
        EVENTS,
        CONSUMERS,
        fence("sys_events", grants=("select", "insert")),
        fence("sys_retries", grants=("select",)),
        fence("sys_dead_letters", grants=("select",)),
        open_to(WORKER, "sys_events"),
        open_to(WORKER, "sys_retries"),
        open_to(WORKER, "sys_dead_letters"),
        RIGHTS,
        SEQUENCE,
    )
