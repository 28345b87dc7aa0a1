"""The log of operations, and what all processes know of the pressure on the event log."""

from rustok.core.db.ddl import DEFINER, RUNTIME, WORKER
from rustok.core.migration import run

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None

KEPT_DAYS = 90

OPERATIONS = f"""
    CREATE TABLE sys_operations (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        kind text NOT NULL,
        subject text NOT NULL,
        details jsonb NOT NULL DEFAULT '{{}}'
    );
    CREATE INDEX sys_operations_at ON sys_operations (at);
    GRANT SELECT ON sys_operations TO {WORKER};
    GRANT SELECT, INSERT, DELETE ON sys_operations TO {DEFINER};
    COMMENT ON TABLE sys_operations IS
        'What the platform did with itself: for operators, without personal data.';

    CREATE FUNCTION sys_note_operation(p_kind text, p_subject text, p_details jsonb)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        INSERT INTO sys_operations (kind, subject, details)
        VALUES (p_kind, p_subject, p_details);
        DELETE FROM sys_operations WHERE id IN (
            SELECT o.id FROM sys_operations o
            WHERE o.at < clock_timestamp() - interval '{KEPT_DAYS} days' ORDER BY o.at LIMIT 100);
    END $$;
    ALTER FUNCTION sys_note_operation(text, text, jsonb) OWNER TO {DEFINER};
    REVOKE ALL ON FUNCTION sys_note_operation(text, text, jsonb) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION sys_note_operation(text, text, jsonb) TO {RUNTIME}, {WORKER};
    COMMENT ON FUNCTION sys_note_operation(text, text, jsonb) IS
        'Notes an entry, and forgets those of more than {KEPT_DAYS} days ago.';
"""  # a constant

# One process at a time looks, and all others believe what it saw: a claim lasts a second, so that
# one that dies over it keeps nobody waiting for long.
PRESSURE = f"""
    CREATE UNLOGGED TABLE sys_pressure (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        taken_at timestamptz NOT NULL DEFAULT '-infinity',
        claimed_until timestamptz NOT NULL DEFAULT '-infinity',
        reading text NOT NULL DEFAULT ''
    ) WITH (fillfactor = 10);
    GRANT SELECT, INSERT, UPDATE ON sys_pressure TO {DEFINER};
    COMMENT ON TABLE sys_pressure IS
        'The depth of unprocessed events when it was last looked at, for all processes.';

    CREATE FUNCTION sys_look_at_pressure(p_seconds double precision)
    RETURNS TABLE (reading text, age double precision, claimed boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        moment timestamptz := clock_timestamp();
        known record;
        is_mine boolean := false;
    BEGIN
        SELECT p.reading, p.taken_at INTO known FROM sys_pressure p;
        IF NOT FOUND THEN
            INSERT INTO sys_pressure DEFAULT VALUES ON CONFLICT DO NOTHING;
            SELECT p.reading, p.taken_at INTO STRICT known FROM sys_pressure p;
        END IF;
        IF known.taken_at <= moment - make_interval(secs => p_seconds) THEN
            PERFORM set_config('synchronous_commit', 'off', true);
            UPDATE sys_pressure p SET claimed_until = moment + interval '1 second'
            WHERE p.taken_at = known.taken_at AND p.claimed_until <= moment;
            is_mine := FOUND;
        END IF;
        RETURN QUERY SELECT known.reading, CASE WHEN isfinite(known.taken_at)
            THEN extract(epoch FROM moment - known.taken_at)::double precision ELSE NULL END,
            is_mine;
    END $$;
    ALTER FUNCTION sys_look_at_pressure(double precision) OWNER TO {DEFINER};
    REVOKE ALL ON FUNCTION sys_look_at_pressure(double precision) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION sys_look_at_pressure(double precision) TO {RUNTIME}, {WORKER};
    COMMENT ON FUNCTION sys_look_at_pressure(double precision) IS
        'What is known, how many seconds ago it was seen, and whether the caller is to look anew.';

    CREATE FUNCTION sys_keep_pressure(p_before text, p_reading text, p_operations jsonb)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        entry jsonb;
    BEGIN
        PERFORM set_config('synchronous_commit', 'off', true);
        UPDATE sys_pressure p
        SET reading = p_reading, taken_at = clock_timestamp(), claimed_until = '-infinity'
        WHERE p.reading = p_before;
        IF NOT FOUND THEN
            RETURN false;
        END IF;
        FOR entry IN SELECT * FROM jsonb_array_elements(p_operations) LOOP
            PERFORM sys_note_operation(
                'back_pressure', entry ->> 'subject', entry -> 'details');
        END LOOP;
        RETURN true;
    END $$;
    ALTER FUNCTION sys_keep_pressure(text, text, jsonb) OWNER TO {DEFINER};
    REVOKE ALL ON FUNCTION sys_keep_pressure(text, text, jsonb) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION sys_keep_pressure(text, text, jsonb) TO {RUNTIME}, {WORKER};
    COMMENT ON FUNCTION sys_keep_pressure(text, text, jsonb) IS
        'Keeps what was seen in the place of what was known before, with the entries for the log of
        operations; nothing where another process was faster.';
"""  # a constant


def upgrade() -> None:
    """Creates the tables, and the ways to them."""
    run(OPERATIONS, PRESSURE)
