"""What a worker asks of the log: what is next for a consumer, and a batch of it."""

from rustok.core.db.ddl import DEFINER, RUNTIME, WORKER
from rustok.core.migration import run
from rustok.outbox.migrations.outbox_0005_leases import SETTINGS, WITHOUT_WAITING, of_worker

revision = "outbox_0006"
down_revision = "outbox_0005"
branch_labels = None
depends_on = None

# The lane that was served longest ago comes first. A lane with much to do is for the bulk hand, so
# that what comes now and then does not wait behind it. What a worker died at is found by all and
# begun only by who says that nothing runs beside it.
LOOK = f"""
    DROP FUNCTION sys_look(text, text[], integer, timestamptz);
    CREATE FUNCTION sys_look(
        p_worker uuid, p_consumer text, p_hand text, p_names text[], p_span integer,
        p_lanes integer, p_most integer, p_bulk integer, p_alone boolean, p_at timestamptz)
    RETURNS TABLE (leased boolean, behind boolean, passed boolean, tenants uuid[],
                   positions bigint[], alone bigint, retry_tenant uuid)
    {SETTINGS} AS $$
    #variable_conflict use_column
    DECLARE
        lane record;
        reached bigint;
        wanted bigint;
        upto bigint;
        is_behind boolean := false;
        has_passed boolean := false;
        found_tenants uuid[] := '{{}}';
        found_positions bigint[] := '{{}}';
        suspected bigint;
        due uuid;
    BEGIN
        {WITHOUT_WAITING}
        FOR lane IN
            SELECT h.tenant_id, h.position AS head, c.position AS reached
            FROM sys_leases l
            JOIN sys_tenant_heads h ON h.partition = l.partition AND h.position > l.mark
            LEFT JOIN sys_cursors c ON c.tenant_id = h.tenant_id AND c.consumer = p_consumer
            WHERE l.consumer = p_consumer AND l.owner = p_worker
              AND h.position > coalesce(c.position, 0)
            ORDER BY c.moved_at NULLS FIRST, h.tenant_id LIMIT 256
        LOOP
            reached := lane.reached;
            IF reached IS NULL THEN
                INSERT INTO sys_cursors (tenant_id, consumer, position, moved_at)
                VALUES (lane.tenant_id, p_consumer, 0, clock_timestamp()) ON CONFLICT DO NOTHING;
                reached := 0;
            END IF;
            IF p_hand <> 'both' AND (p_hand = 'bulk') <> EXISTS (
                SELECT FROM sys_events e
                WHERE e.tenant_id = lane.tenant_id AND e.position > reached
                ORDER BY e.position OFFSET p_bulk LIMIT 1
            ) THEN
                CONTINUE;
            END IF;
            upto := least(lane.head, reached + p_span);
            SELECT e.position INTO wanted FROM sys_events e
            WHERE e.tenant_id = lane.tenant_id AND e.position > reached AND e.position <= upto
              AND (p_names IS NULL OR e.name = ANY (p_names))
            ORDER BY e.position LIMIT 1;
            IF wanted IS NULL THEN
                PERFORM FROM sys_cursors c
                WHERE c.tenant_id = lane.tenant_id AND c.consumer = p_consumer
                  AND c.position = reached FOR UPDATE SKIP LOCKED;
                is_behind := is_behind OR NOT FOUND OR upto < lane.head;
                IF FOUND THEN
                    has_passed := true;
                    UPDATE sys_cursors c SET position = upto, moved_at = clock_timestamp()
                    WHERE c.tenant_id = lane.tenant_id AND c.consumer = p_consumer;
                END IF;
                CONTINUE;
            END IF;
            IF EXISTS (
                SELECT FROM sys_suspects s
                WHERE s.tenant_id = lane.tenant_id AND s.consumer = p_consumer
                  AND s.upto > reached
            ) THEN
                is_behind := true;
                CONTINUE WHEN array_length(found_tenants, 1) > 0;
                suspected := wanted;
            END IF;
            found_tenants := found_tenants || lane.tenant_id;
            found_positions := found_positions || reached;
            EXIT WHEN suspected IS NOT NULL OR array_length(found_tenants, 1) >= p_lanes;
        END LOOP;
        IF p_hand <> 'bulk' THEN
            SELECT r.tenant_id INTO due FROM sys_retries r
            JOIN sys_leases l ON l.consumer = r.consumer
                AND l.partition = sys_partition(r.tenant_id) AND l.owner = p_worker
            WHERE r.consumer = p_consumer AND r.next_at <= p_at
            ORDER BY r.next_at, r.position LIMIT 1;
        END IF;
        IF array_length(found_tenants, 1) > 0 AND (suspected IS NULL OR p_alone) THEN
            INSERT INTO sys_attempts (worker, consumer, hand, tenants, positions, most, alone)
            VALUES (p_worker, p_consumer, p_hand, found_tenants,
                    CASE WHEN suspected IS NULL THEN found_positions ELSE ARRAY[suspected] END,
                    p_most, suspected IS NOT NULL)
            ON CONFLICT (worker, consumer, hand) DO UPDATE
            SET tenants = excluded.tenants, positions = excluded.positions, most = excluded.most,
                alone = excluded.alone;
        END IF;
        RETURN QUERY SELECT
            EXISTS (SELECT FROM sys_leases l
                    WHERE l.consumer = p_consumer AND l.owner = p_worker),
            is_behind, has_passed, found_tenants, found_positions, suspected, due;
    END $$;
    {
    of_worker(
        "sys_look(uuid, text, text, text[], integer, integer, integer, integer, boolean, "
        "timestamptz)",
        "What a hand of a worker is to do for a consumer, noted as begun; passes what is unwanted.",
    )
}
"""

RETRY = f"""
    CREATE FUNCTION sys_begin_retry(
        p_worker uuid, p_consumer text, p_tenant uuid, p_alone boolean, p_at timestamptz)
    RETURNS TABLE ("position" bigint, deaths integer, suspected boolean)
    {SETTINGS} AS $$
    #variable_conflict use_column
    DECLARE
        due record;
    BEGIN
        {WITHOUT_WAITING}
        SELECT r.position, r.attempts, coalesce(s.deaths, 0) AS deaths,
               s.deaths IS NOT NULL AS suspected
        INTO due FROM sys_retries r
        LEFT JOIN sys_suspects s ON s.tenant_id = r.tenant_id AND s.consumer = r.consumer
            AND s.position = r.position AND s.upto = r.position
        WHERE r.consumer = p_consumer AND r.tenant_id = p_tenant AND r.next_at <= p_at
        ORDER BY r.next_at, r.position LIMIT 1;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        IF p_alone OR NOT due.suspected THEN
            INSERT INTO sys_attempts (worker, consumer, hand, tenants, positions, most, alone)
            VALUES (p_worker, p_consumer, 'retry', ARRAY[p_tenant], ARRAY[due.position],
                    due.attempts, due.suspected)
            ON CONFLICT (worker, consumer, hand) DO UPDATE
            SET tenants = excluded.tenants, positions = excluded.positions, most = excluded.most,
                alone = excluded.alone;
        END IF;
        RETURN QUERY SELECT due.position, due.deaths, due.suspected;
    END $$;
    {
    of_worker(
        "sys_begin_retry(uuid, text, uuid, boolean, timestamptz)",
        "The event of a tenant that a consumer is to try again, noted as begun.",
    )
}
"""

# Whoever took a lane before its worker lost the lease holds the row, and whoever comes later finds
# another position: so two never apply the same event, however long one of them was asleep.
TAKE = f"""
    CREATE FUNCTION sys_take_lane(
        p_worker uuid, p_consumer text, p_tenant uuid, p_after bigint, p_upto bigint)
    RETURNS boolean
    {SETTINGS} AS $$
    BEGIN
        PERFORM FROM sys_cursors c
        WHERE c.tenant_id = p_tenant AND c.consumer = p_consumer AND c.position = p_after
        FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN false;
        END IF;
        PERFORM FROM sys_leases l
        WHERE l.consumer = p_consumer AND l.partition = sys_partition(p_tenant)
          AND l.owner = p_worker;
        IF NOT FOUND THEN
            RETURN false;
        END IF;
        UPDATE sys_cursors c SET position = p_upto, moved_at = clock_timestamp()
        WHERE c.tenant_id = p_tenant AND c.consumer = p_consumer;
        DELETE FROM sys_suspects s
        WHERE s.tenant_id = p_tenant AND s.consumer = p_consumer AND s.upto <= p_upto
          AND NOT EXISTS (
              SELECT FROM sys_retries r
              WHERE r.tenant_id = s.tenant_id AND r.consumer = s.consumer
                AND r.position = s.position);
        PERFORM set_config('application_name', p_worker::text, true);
        RETURN true;
    END $$;
    {
    of_worker(
        "sys_take_lane(uuid, text, uuid, bigint, bigint)",
        "Locks and moves a cursor, for the transaction that applies what it passed.",
    )
}

    DROP FUNCTION sys_take(text, text[], integer, integer, timestamptz);
    CREATE FUNCTION sys_take(
        p_worker uuid, p_consumer text, p_names text[], p_span integer, p_each integer,
        p_tenants uuid[], p_positions bigint[])
    RETURNS TABLE (
        tenant_id uuid, insert_order bigint, "position" bigint, id uuid, name text,
        schema_version integer, aggregate text, aggregate_id uuid, aggregate_version bigint,
        payload text, occurred_at timestamptz, actor_id uuid, correlation_id text,
        causation_id uuid, trace text, held boolean)
    {SETTINGS} AS $$
    #variable_conflict use_column
    DECLARE
        upto bigint;
        filled bigint;
    BEGIN
        {WITHOUT_WAITING}
        FOR i IN 1 .. array_length(p_tenants, 1) LOOP
            SELECT least(h.position, p_positions[i] + p_span) INTO upto FROM sys_tenant_heads h
            WHERE h.tenant_id = p_tenants[i];
            SELECT e.position INTO filled FROM sys_events e
            WHERE e.tenant_id = p_tenants[i]
              AND e.position > p_positions[i] AND e.position <= upto
              AND (p_names IS NULL OR e.name = ANY (p_names))
            ORDER BY e.position OFFSET p_each - 1 LIMIT 1;
            upto := coalesce(filled, upto);
            CONTINUE WHEN NOT sys_take_lane(
                p_worker, p_consumer, p_tenants[i], p_positions[i], upto);
            RETURN QUERY
                SELECT e.tenant_id, e.insert_order, e.position, e.id, e.name, e.schema_version,
                    e.aggregate, e.aggregate_id, e.aggregate_version, e.payload::text,
                    e.occurred_at, e.actor_id, e.correlation_id, e.causation_id, e.trace,
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
                WHERE e.tenant_id = p_tenants[i]
                  AND e.position > p_positions[i] AND e.position <= upto
                  AND (p_names IS NULL OR e.name = ANY (p_names))
                ORDER BY e.position;
        END LOOP;
    END $$;
    {
    of_worker(
        "sys_take(uuid, text, text[], integer, integer, uuid[], bigint[])",
        "Takes lanes and returns what their cursors passed; nothing of a lane that another has.",
    )
}
"""

CLAIM = f"""
    CREATE FUNCTION sys_claim(
        p_worker uuid, p_consumer text, p_tenants uuid[], p_positions bigint[], p_uptos bigint[],
        p_ids uuid[])
    RETURNS TABLE (tenant_id uuid, held uuid[])
    {SETTINGS} AS $$
    #variable_conflict use_column
    BEGIN
        {WITHOUT_WAITING}
        FOR i IN 1 .. array_length(p_tenants, 1) LOOP
            -- a stream may hold what a database that was restored has lost
            CONTINUE WHEN NOT EXISTS (
                SELECT FROM sys_events e
                WHERE e.tenant_id = p_tenants[i] AND e.position = p_uptos[i] AND e.id = p_ids[i]);
            CONTINUE WHEN NOT sys_take_lane(
                p_worker, p_consumer, p_tenants[i], p_positions[i], p_uptos[i]);
            RETURN QUERY
                SELECT p_tenants[i], ARRAY(
                    SELECT r.aggregate_id FROM sys_retries r
                    WHERE r.tenant_id = p_tenants[i] AND r.consumer = p_consumer
                    UNION
                    SELECT d.aggregate_id FROM sys_dead_letters d
                    WHERE d.tenant_id = p_tenants[i] AND d.consumer = p_consumer AND d.blocking);
        END LOOP;
    END $$;
    {
    of_worker(
        "sys_claim(uuid, text, uuid[], bigint[], bigint[], uuid[])",
        "Takes lanes whose events came by a stream, and says which aggregates have to wait.",
    )
}
"""

# A transaction that holds a lane without moving belongs to a worker that sleeps or hangs.
EVICT = f"""
    CREATE FUNCTION sys_evict(p_worker uuid, p_consumer text, p_seconds double precision)
    RETURNS integer
    {SETTINGS} AS $$
    DECLARE
        ended integer;
    BEGIN
        SELECT count(pg_terminate_backend(a.pid)) INTO ended
        FROM sys_leases l
        JOIN sys_tenant_heads h ON h.partition = l.partition AND h.position > l.mark
        JOIN sys_cursors c ON c.tenant_id = h.tenant_id AND c.consumer = l.consumer
        JOIN pg_stat_activity a ON a.backend_xid = c.xmax
        WHERE l.consumer = p_consumer AND l.owner = p_worker AND h.position > c.position
          AND a.state LIKE 'idle in transaction%' AND a.application_name <> p_worker::text
          AND a.state_change < clock_timestamp() - make_interval(secs => p_seconds);
        RETURN ended;
    END $$;
    {
    of_worker(
        "sys_evict(uuid, text, double precision)",
        "Ends the transactions of former owners that still hold lanes and have long been silent.",
    )
}
"""

# It looks past the fence, so that one question does for all tenants, and tells no more than how
# far each may read and whether there is something: that is then read behind the fence.
FEED = f"""
    DROP FUNCTION sys_feed(text, bigint, integer, text[], uuid[]);
    CREATE FUNCTION sys_feed(
        p_behind text, p_span integer, p_names text[], p_tenants uuid[], p_positions bigint[])
    RETURNS TABLE (tenant_id uuid, reached bigint, head bigint, waiting boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off AS $$
    #variable_conflict use_column
    DECLARE
        upto bigint;
        last bigint;
        own bigint;
        cursor_at bigint;
    BEGIN
        SELECT h.position INTO STRICT last FROM sys_log_head h;
        FOR i IN 1 .. coalesce(array_length(p_tenants, 1), 0) LOOP
            upto := last;
            IF p_behind IS NOT NULL THEN
                SELECT h.position INTO own FROM sys_tenant_heads h WHERE h.tenant_id = p_tenants[i];
                SELECT c.position INTO cursor_at FROM sys_cursors c
                WHERE c.tenant_id = p_tenants[i] AND c.consumer = p_behind;
                IF own > coalesce(cursor_at, 0) THEN
                    upto := coalesce(cursor_at, 0);
                END IF;
            END IF;
            IF p_positions[i] IS NOT NULL THEN
                upto := greatest(least(upto, p_positions[i] + p_span), p_positions[i]);
            END IF;
            RETURN QUERY SELECT p_tenants[i], upto, last, p_positions[i] IS NOT NULL AND EXISTS (
                SELECT FROM sys_events e
                WHERE e.tenant_id = p_tenants[i] AND e.position > p_positions[i]
                  AND e.position <= upto AND e.name = ANY (p_names));
        END LOOP;
    END $$;
    ALTER FUNCTION sys_feed(text, integer, text[], uuid[], bigint[]) OWNER TO {DEFINER};
    REVOKE ALL ON FUNCTION sys_feed(text, integer, text[], uuid[], bigint[]) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION sys_feed(text, integer, text[], uuid[], bigint[])
        TO {RUNTIME}, {WORKER};
    COMMENT ON FUNCTION sys_feed(text, integer, text[], uuid[], bigint[]) IS
        'How far a feed behind a consumer may read each tenant''s events after a position, and
        whether there are some of these names.';
"""


def upgrade() -> None:
    """Creates them for the worker role, and the feed's for both."""
    run(LOOK, RETRY, TAKE, CLAIM, EVICT, FEED)
