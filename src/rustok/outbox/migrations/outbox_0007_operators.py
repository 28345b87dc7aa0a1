"""What operators may do to the log: handle dead letters behind the fence, let old events expire."""

from rustok.core.db.ddl import DEFINER, RUNTIME, TENANT, WORKER
from rustok.core.migration import run
from rustok.outbox.migrations.outbox_0005_leases import SETTINGS, WITHOUT_WAITING, of_worker

revision = "outbox_0007"
down_revision = "outbox_0006"
branch_labels = None
depends_on = None

EXPIRE_LOCK = 0x6578_7069_7265  # "expire"

# The definer gets rights on these tables and no policy of its own that would open them: so what
# both functions write is fenced by the tenant of the transaction, like everybody's.
RIGHTS = f"""
    GRANT SELECT, INSERT, UPDATE ON sys_retries TO {DEFINER};
    GRANT SELECT, DELETE ON sys_dead_letters TO {DEFINER};
    GRANT UPDATE ON sys_cursors TO {DEFINER};
    GRANT DELETE ON sys_events TO {DEFINER};
    GRANT SELECT ON sys_publishers TO {DEFINER};
    CREATE INDEX sys_retries_event ON sys_retries (tenant_id, insert_order);
    CREATE INDEX sys_dead_letters_event ON sys_dead_letters (tenant_id, insert_order);
"""

# A handler holds its cursor, and reads once which aggregates have to wait: so does whoever changes
# that. Cursors are locked in the order of their names, and a worker locks those of one consumer.
HANDLE = f"""
    CREATE FUNCTION sys_handle_letters(p_ids uuid[], p_again boolean, p_at timestamptz)
    RETURNS TABLE (id uuid, consumer text, event_id uuid, event_name text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off AS $$
    #variable_conflict use_column
    DECLARE
        own uuid := {TENANT};
        letter record;
    BEGIN
        PERFORM FROM sys_cursors c
        WHERE c.tenant_id = own AND c.consumer IN (
            SELECT d.consumer FROM sys_dead_letters d
            WHERE d.tenant_id = own AND d.id = ANY (p_ids))
        ORDER BY c.consumer FOR UPDATE;
        FOR letter IN
            DELETE FROM sys_dead_letters d WHERE d.tenant_id = own AND d.id = ANY (p_ids)
            RETURNING d.id, d.consumer, d.position, d.insert_order, d.aggregate_id
        LOOP
            IF p_again THEN
                UPDATE sys_retries r SET next_at = NULL
                WHERE r.tenant_id = own AND r.consumer = letter.consumer
                  AND r.aggregate_id = letter.aggregate_id AND r.next_at IS NOT NULL;
                INSERT INTO sys_retries (tenant_id, consumer, position, insert_order, aggregate_id)
                VALUES (own, letter.consumer, letter.position, letter.insert_order,
                        letter.aggregate_id);
            END IF;
            UPDATE sys_retries r SET next_at = p_at
            WHERE r.tenant_id = own AND r.consumer = letter.consumer
              AND r.aggregate_id = letter.aggregate_id AND r.next_at IS NULL
              AND r.position = (
                  SELECT min(q.position) FROM sys_retries q
                  WHERE q.tenant_id = own AND q.consumer = letter.consumer
                    AND q.aggregate_id = letter.aggregate_id)
              AND NOT EXISTS (
                  SELECT FROM sys_dead_letters d
                  WHERE d.tenant_id = own AND d.consumer = letter.consumer
                    AND d.aggregate_id = letter.aggregate_id AND d.blocking
                    AND d.position < r.position);
            RETURN QUERY
                SELECT letter.id, letter.consumer, e.id, e.name FROM sys_events e
                WHERE e.tenant_id = own AND e.insert_order = letter.insert_order;
        END LOOP;
    END $$;
    ALTER FUNCTION sys_handle_letters(uuid[], boolean, timestamptz) OWNER TO {DEFINER};
    REVOKE ALL ON FUNCTION sys_handle_letters(uuid[], boolean, timestamptz) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION sys_handle_letters(uuid[], boolean, timestamptz)
        TO {RUNTIME}, {WORKER};
    COMMENT ON FUNCTION sys_handle_letters(uuid[], boolean, timestamptz) IS
        'Gives dead letters of the transaction''s tenant back to their consumers, or forgets them.';
"""

# Nobody else may delete events. The tenants are those that the window shows; what is deleted of
# each is deleted behind its fence.
EXPIRE = f"""
    CREATE FUNCTION sys_expire(
        p_after bigint, p_span integer, p_names text[], p_before timestamptz,
        p_other_before timestamptz)
    RETURNS TABLE (reached bigint, deleted integer, more boolean)
    {SETTINGS} SECURITY DEFINER AS $$
    #variable_conflict use_column
    DECLARE
        opening record;
        upto bigint;
        own uuid;
        ceiling bigint;
        before text := coalesce(current_setting('rustok.tenant_id', true), '');
        gone integer;
        total integer := 0;
    BEGIN
        IF NOT pg_try_advisory_xact_lock({EXPIRE_LOCK}) THEN
            RETURN;
        END IF;
        SELECT e.position, e.occurred_at INTO opening FROM sys_events e
        WHERE e.position > p_after ORDER BY e.position LIMIT 1;
        IF NOT FOUND OR opening.occurred_at >= greatest(p_before, p_other_before) THEN
            RETURN QUERY SELECT p_after, 0, false;
            RETURN;
        END IF;
        upto := opening.position + p_span - 1;
        {WITHOUT_WAITING}
        FOR own IN
            SELECT DISTINCT e.tenant_id FROM sys_events e
            WHERE e.position >= opening.position AND e.position <= upto
        LOOP
            PERFORM set_config('rustok.tenant_id', own::text, true);
            SELECT least(
                upto,
                (SELECT h.position - 1 FROM sys_tenant_heads h WHERE h.tenant_id = own),
                coalesce((SELECT min(coalesce(c.position, 0)) FROM sys_consumers k
                          LEFT JOIN sys_cursors c ON c.tenant_id = own AND c.consumer = k.name), 0),
                (SELECT min(p.position) FROM sys_publishers p)) INTO ceiling;
            DELETE FROM sys_events e
            WHERE e.tenant_id = own
              AND e.position >= opening.position AND e.position <= ceiling
              AND e.occurred_at < CASE WHEN e.name = ANY (p_names) THEN p_before
                                       ELSE p_other_before END
              AND NOT EXISTS (SELECT FROM sys_retries r
                              WHERE r.tenant_id = own AND r.insert_order = e.insert_order)
              AND NOT EXISTS (SELECT FROM sys_dead_letters d
                              WHERE d.tenant_id = own AND d.insert_order = e.insert_order);
            GET DIAGNOSTICS gone = ROW_COUNT;
            total := total + gone;
        END LOOP;
        PERFORM set_config('rustok.tenant_id', before, true);
        RETURN QUERY SELECT upto, total, true;
    END $$;
    ALTER FUNCTION sys_expire(bigint, integer, text[], timestamptz, timestamptz)
        OWNER TO {DEFINER};
    {
    of_worker(
        "sys_expire(bigint, integer, text[], timestamptz, timestamptz)",
        "Deletes old events of a window that everybody has passed; no row while another does.",
    )
}
"""


def upgrade() -> None:
    """Creates them: letters for staff and tools, expiry for the worker role."""
    run(RIGHTS, HANDLE, EXPIRE)
