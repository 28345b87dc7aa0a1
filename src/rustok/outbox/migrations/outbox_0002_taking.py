"""What a consumer asks of the log: whether there is work, and a batch of it, a round trip each."""

from rustok.core.db.ddl import WORKER
from rustok.core.migration import run

revision = "outbox_0002"
down_revision = "outbox_0001"
branch_labels = None
depends_on = None

# Both are volatile, so that each statement sees what was committed before it, and both have plans
# that are made once for a session, when the log may be empty: these have only one good plan.
_SETTINGS = """
    LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off
"""

# A cursor moves with its effect or not at all, and a crash of the server keeps a beginning of what
# was committed. So a consumer need not wait for the disk: what a crash takes, it does again.
_WITHOUT_WAITING = "PERFORM set_config('synchronous_commit', 'off', true);"

LOOK = f"""
    CREATE FUNCTION sys_look(
        p_consumer text, p_names text[], p_span integer, p_at timestamptz)
    RETURNS TABLE (behind boolean, passed boolean, tenant_id uuid, retry_due boolean)
    {_SETTINGS} AS $$
    #variable_conflict use_column
    DECLARE
        reached bigint;
        last bigint;
        wanted uuid;
        has_moved boolean := false;
    BEGIN
        SELECT c.position, h.position INTO reached, last
        FROM sys_consumers c CROSS JOIN sys_log_head h WHERE c.name = p_consumer;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        IF reached < last THEN
            SELECT e.tenant_id INTO wanted FROM sys_events e
            WHERE e.position > reached AND e.position <= least(last, reached + p_span)
              AND (p_names IS NULL OR e.name = ANY (p_names))
            ORDER BY e.position LIMIT 1;
            IF wanted IS NULL THEN
                PERFORM FROM sys_consumers c
                WHERE c.name = p_consumer AND c.position = reached FOR UPDATE SKIP LOCKED;
                IF FOUND THEN
                    {_WITHOUT_WAITING}
                    has_moved := true;
                    reached := least(last, reached + p_span);
                    UPDATE sys_consumers SET position = reached, moved_at = p_at
                    WHERE name = p_consumer;
                END IF;
            END IF;
        END IF;
        RETURN QUERY SELECT reached < last, has_moved, wanted, EXISTS (
            SELECT FROM sys_retries r WHERE r.consumer = p_consumer AND r.next_at <= p_at);
    END $$;
    REVOKE ALL ON FUNCTION sys_look(text, text[], integer, timestamptz) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION sys_look(text, text[], integer, timestamptz) TO {WORKER};
    COMMENT ON FUNCTION sys_look(text, text[], integer, timestamptz) IS
        'Whether a consumer has work, and the tenant of the first event; passes what it does not
        want. No row for an unknown consumer.';
"""  # a constant

TAKE = f"""
    CREATE FUNCTION sys_take(
        p_consumer text, p_names text[], p_span integer, p_most integer, p_at timestamptz)
    RETURNS TABLE (
        tenant_id uuid, insert_order bigint, "position" bigint, id uuid, name text,
        schema_version integer, aggregate text, aggregate_id uuid, aggregate_version bigint,
        payload text, occurred_at timestamptz, actor_id uuid, correlation_id text,
        causation_id uuid, held boolean)
    {_SETTINGS} AS $$
    #variable_conflict use_column
    DECLARE
        reached bigint;
        upto bigint;
        filled bigint;
    BEGIN
        SELECT c.position INTO reached FROM sys_consumers c
        WHERE c.name = p_consumer FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        SELECT least(h.position, reached + p_span) INTO STRICT upto FROM sys_log_head h;
        IF reached >= upto THEN
            RETURN;
        END IF;
        SELECT e.position INTO filled FROM sys_events e
        WHERE e.position > reached AND e.position <= upto
          AND (p_names IS NULL OR e.name = ANY (p_names))
        ORDER BY e.position OFFSET p_most - 1 LIMIT 1;
        upto := coalesce(filled, upto);
        {_WITHOUT_WAITING}
        UPDATE sys_consumers SET position = upto, moved_at = p_at WHERE name = p_consumer;
        RETURN QUERY
            SELECT e.tenant_id, e.insert_order, e.position, e.id, e.name, e.schema_version,
                e.aggregate, e.aggregate_id, e.aggregate_version, e.payload::text,
                e.occurred_at, e.actor_id, e.correlation_id, e.causation_id,
                EXISTS (
                    SELECT FROM sys_retries r
                    WHERE r.tenant_id = e.tenant_id AND r.consumer = p_consumer
                      AND r.aggregate_id = e.aggregate_id
                ) OR EXISTS (
                    SELECT FROM sys_dead_letters d
                    WHERE d.tenant_id = e.tenant_id AND d.consumer = p_consumer
                      AND d.aggregate_id = e.aggregate_id AND d.blocking
                )
            FROM sys_events e
            WHERE e.position > reached AND e.position <= upto
              AND (p_names IS NULL OR e.name = ANY (p_names))
            ORDER BY e.position;
    END $$;
    REVOKE ALL ON FUNCTION sys_take(text, text[], integer, integer, timestamptz) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION sys_take(text, text[], integer, integer, timestamptz) TO {WORKER};
    COMMENT ON FUNCTION sys_take(text, text[], integer, integer, timestamptz) IS
        'Locks a consumer''s cursor, moves it and returns what it passed, for the transaction that
        applies it. Nothing where another one has the cursor.';
"""  # a constant


def upgrade() -> None:
    """Creates both, for the worker role."""
    run(LOOK, TAKE)
