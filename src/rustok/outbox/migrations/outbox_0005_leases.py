"""Workers share the tenants between them: signs of life, leases, and what the dead were at."""

from rustok.core.db.ddl import WORKER
from rustok.core.events.transport import PARTITIONS
from rustok.core.migration import run
from rustok.outbox.migrations.outbox_0001_log import SEQUENCER_LOCK

revision = "outbox_0005"
down_revision = "outbox_0004"
branch_labels = None
depends_on = None

# All are volatile, so that each statement sees what was committed before it, and all have plans
# that are made once for a session, when the log may be empty: these have only one good plan.
SETTINGS = """
    LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off
"""

# A cursor moves with its effect or not at all, and a crash of the server keeps a beginning of what
# was committed. So a consumer need not wait for the disk: what a crash takes, it does again.
WITHOUT_WAITING = "PERFORM set_config('synchronous_commit', 'off', true);"


def of_worker(signature: str, comment: str) -> str:
    """The rights of a function that is the worker role's alone, and what it is for."""
    return f"""
        REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION {signature} TO {WORKER};
        COMMENT ON FUNCTION {signature} IS '{comment}';
    """


SEQUENCE = f"""
    CREATE OR REPLACE FUNCTION sys_sequence(batch integer)
    RETURNS TABLE (numbered integer, head bigint)
    {SETTINGS} AS $$
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
            INSERT INTO sys_tenant_heads AS h (tenant_id, partition, position)
            SELECT e.tenant_id, sys_partition(e.tenant_id), max(e.position) FROM sys_events e
            WHERE e.position > last GROUP BY e.tenant_id
            ON CONFLICT (tenant_id) DO UPDATE SET position = excluded.position;
        END IF;
        RETURN QUERY SELECT count, last + count;
    END $$;
"""

# Whoever is late is dead, by the database's own clock, and whose session has ended, at once. What
# they had begun is looked at closely.
LEASE = f"""
    CREATE FUNCTION sys_lease(
        p_worker uuid, p_consumers text[], p_seconds double precision, p_marks boolean,
        p_watched boolean, p_at timestamptz)
    RETURNS TABLE (consumer text, partition integer)
    {SETTINGS} AS $$
    #variable_conflict use_column
    DECLARE
        until timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
        dead record;
        wanted record;
    BEGIN
        {WITHOUT_WAITING}
        INSERT INTO sys_workers AS w (id, consumers, backend, seen_until)
        VALUES (p_worker, p_consumers, CASE WHEN p_watched THEN pg_backend_pid() END, until)
        ON CONFLICT (id) DO UPDATE SET consumers = p_consumers, seen_until = until,
            backend = coalesce(excluded.backend, w.backend);
        FOR dead IN
            SELECT w.id FROM sys_workers w
            WHERE w.id <> p_worker AND (w.seen_until < clock_timestamp() OR NOT EXISTS (
                SELECT FROM pg_stat_activity a WHERE a.pid = coalesce(w.backend, a.pid)))
            FOR UPDATE SKIP LOCKED
        LOOP
            PERFORM sys_suspect(dead.id, p_at);
            DELETE FROM sys_attempts a WHERE a.worker = dead.id;
            UPDATE sys_leases l SET owner = NULL WHERE l.owner = dead.id;
            DELETE FROM sys_workers w WHERE w.id = dead.id;
        END LOOP;
        FOR wanted IN
            SELECT c.name,
                   (SELECT ceil({PARTITIONS}.0 / count(*))::integer FROM sys_workers w
                    WHERE w.consumers @> ARRAY[c.name]) AS share,
                   (SELECT count(*)::integer FROM sys_leases l
                    WHERE l.consumer = c.name AND l.owner = p_worker) AS held,
                   (SELECT count(*)::integer FROM sys_leases l WHERE l.consumer = c.name) AS known
            FROM unnest(p_consumers) AS c(name)
        LOOP
            IF wanted.known < {PARTITIONS} THEN
                INSERT INTO sys_consumers (name, registered_at)
                VALUES (wanted.name, clock_timestamp()) ON CONFLICT (name) DO NOTHING;
                INSERT INTO sys_leases (consumer, partition)
                SELECT wanted.name, n FROM generate_series(0, {PARTITIONS - 1}) AS n
                ON CONFLICT DO NOTHING;
            END IF;
            IF wanted.held < wanted.share THEN
                UPDATE sys_leases l SET owner = p_worker
                FROM (SELECT f.partition FROM sys_leases f
                      WHERE f.consumer = wanted.name AND f.owner IS NULL
                      ORDER BY f.partition LIMIT wanted.share - wanted.held
                      FOR UPDATE SKIP LOCKED) AS free
                WHERE l.consumer = wanted.name AND l.partition = free.partition;
            ELSIF wanted.held > wanted.share THEN
                UPDATE sys_leases l SET owner = NULL
                FROM (SELECT m.partition FROM sys_leases m
                      WHERE m.consumer = wanted.name AND m.owner = p_worker
                      ORDER BY m.partition DESC LIMIT wanted.held - wanted.share
                      FOR UPDATE SKIP LOCKED) AS surplus
                WHERE l.consumer = wanted.name AND l.partition = surplus.partition;
            END IF;
        END LOOP;
        IF p_marks THEN
            UPDATE sys_leases l SET mark = m.mark
            FROM (SELECT o.consumer, o.partition, coalesce(
                      (SELECT min(coalesce(c.position, 0)) FROM sys_tenant_heads h
                       LEFT JOIN sys_cursors c
                           ON c.tenant_id = h.tenant_id AND c.consumer = o.consumer
                       WHERE h.partition = o.partition AND h.position > o.mark
                         AND h.position > coalesce(c.position, 0)),
                      (SELECT max(h.position) FROM sys_tenant_heads h
                       WHERE h.partition = o.partition)) AS mark
                  FROM sys_leases o WHERE o.owner = p_worker) AS m
            WHERE l.consumer = m.consumer AND l.partition = m.partition AND m.mark > l.mark;
        END IF;
        RETURN QUERY SELECT l.consumer, l.partition FROM sys_leases l
            WHERE l.owner = p_worker AND l.consumer = ANY (p_consumers);
    END $$;
    {
    of_worker(
        "sys_lease(uuid, text[], double precision, boolean, boolean, timestamptz)",
        "A worker''s sign of life: buries dead ones, and gives it its share of the partitions.",
    )
}
"""

# What a worker tried alone, with nothing beside it in its process, is what it died at: then what
# else seems begun is not to blame. Such an event is parked as one that failed, so that its lane
# goes on. The retry of an event is under way while it has as many attempts as when it began.
SUSPECT = f"""
    CREATE FUNCTION sys_suspect(p_worker uuid, p_at timestamptz) RETURNS void
    {SETTINGS} AS $$
    #variable_conflict use_column
    DECLARE
        begun record;
        died integer;
        later timestamptz;
        was_alone boolean := false;
    BEGIN
        FOR begun IN
            SELECT DISTINCT a.tenants[1] AS tenant, a.consumer, a.positions[1] AS position
            FROM sys_attempts a
            JOIN sys_cursors c ON c.tenant_id = a.tenants[1] AND c.consumer = a.consumer
            LEFT JOIN sys_retries r ON r.tenant_id = a.tenants[1] AND r.consumer = a.consumer
                AND r.position = a.positions[1]
            WHERE a.worker = p_worker AND a.alone AND CASE
                WHEN a.hand = 'retry' THEN r.attempts = a.most
                ELSE c.position < a.positions[1] END
        LOOP
            was_alone := true;
            INSERT INTO sys_suspects AS s (tenant_id, consumer, position, upto, deaths)
            VALUES (begun.tenant, begun.consumer, begun.position, begun.position, 1)
            ON CONFLICT (tenant_id, consumer, position) DO UPDATE SET deaths = s.deaths + 1
            RETURNING s.deaths INTO died;
            PERFORM FROM sys_cursors c
            WHERE c.tenant_id = begun.tenant AND c.consumer = begun.consumer
            FOR UPDATE SKIP LOCKED;
            CONTINUE WHEN NOT FOUND;
            later := p_at + make_interval(secs => least(2 ^ died, 60));
            PERFORM set_config('rustok.tenant_id', begun.tenant::text, true);
            INSERT INTO sys_retries AS r (
                tenant_id, consumer, position, insert_order, aggregate_id, attempts, next_at,
                error, first_failed_at, last_failed_at)
            SELECT e.tenant_id, begun.consumer, e.position, e.insert_order, e.aggregate_id, 1,
                   CASE WHEN NOT EXISTS (
                       SELECT FROM sys_retries q
                       WHERE q.tenant_id = e.tenant_id AND q.consumer = begun.consumer
                         AND q.aggregate_id = e.aggregate_id) THEN later END,
                   'WorkerDied', p_at, p_at
            FROM sys_events e
            WHERE e.tenant_id = begun.tenant AND e.position = begun.position
            ON CONFLICT (tenant_id, consumer, position) DO UPDATE
            SET next_at = later, attempts = r.attempts + 1, error = excluded.error,
                last_failed_at = p_at, first_failed_at = coalesce(r.first_failed_at, p_at);
            UPDATE sys_cursors c SET position = begun.position, moved_at = clock_timestamp()
            WHERE c.tenant_id = begun.tenant AND c.consumer = begun.consumer
              AND c.position < begun.position;
        END LOOP;
        IF was_alone THEN
            RETURN;
        END IF;
        INSERT INTO sys_suspects AS s (tenant_id, consumer, position, upto, deaths)
        SELECT DISTINCT ON (b.tenant, b.consumer, b.position)
               b.tenant, b.consumer, b.position, coalesce(
                   (SELECT e.position FROM sys_events e
                    WHERE e.tenant_id = b.tenant AND e.position > b.position
                    ORDER BY e.position OFFSET b.most - 1 LIMIT 1), h.position), 0
        FROM (SELECT a.consumer, a.most, unnest(a.tenants) AS tenant,
                     unnest(a.positions) AS position
              FROM sys_attempts a
              WHERE a.worker = p_worker AND NOT a.alone AND a.hand <> 'retry') AS b
        JOIN sys_cursors c ON c.tenant_id = b.tenant AND c.consumer = b.consumer
            AND c.position = b.position
        JOIN sys_tenant_heads h ON h.tenant_id = b.tenant
        ON CONFLICT (tenant_id, consumer, position) DO UPDATE
            SET upto = greatest(s.upto, excluded.upto);
        INSERT INTO sys_suspects (tenant_id, consumer, position, upto, deaths)
        SELECT r.tenant_id, r.consumer, r.position, r.position, 0
        FROM sys_attempts a
        JOIN sys_retries r ON r.tenant_id = a.tenants[1] AND r.consumer = a.consumer
            AND r.position = a.positions[1] AND r.attempts = a.most
        WHERE a.worker = p_worker AND NOT a.alone AND a.hand = 'retry'
        ON CONFLICT (tenant_id, consumer, position) DO NOTHING;
    END $$;
    {of_worker("sys_suspect(uuid, timestamptz)", "Remembers what a worker was at when it died.")}
"""

LEAVE = f"""
    CREATE FUNCTION sys_leave(p_worker uuid) RETURNS void
    {SETTINGS} AS $$
    BEGIN
        DELETE FROM sys_attempts a WHERE a.worker = p_worker;
        UPDATE sys_leases l SET owner = NULL WHERE l.owner = p_worker;
        DELETE FROM sys_workers w WHERE w.id = p_worker;
    END $$;
    {of_worker("sys_leave(uuid)", "Ends a worker in good order: its partitions are free at once.")}
"""


def upgrade() -> None:
    """Creates them for the worker role."""
    run(SEQUENCE, SUSPECT, LEASE, LEAVE)
