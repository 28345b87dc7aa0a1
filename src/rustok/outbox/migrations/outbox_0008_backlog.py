"""How many events wait, for whoever must not let more in."""

from rustok.core.db.ddl import DEFINER, RUNTIME, WORKER
from rustok.core.events.transport import PARTITIONS
from rustok.core.migration import run

revision = "outbox_0008"
down_revision = "outbox_0007"
branch_labels = None
depends_on = None

# It looks past the fence and tells numbers alone. Events are counted, not subtracted: between two
# positions of a tenant lie other tenants' events. It counts no further than anybody has to know.
BACKLOG = f"""
    CREATE FUNCTION sys_backlog(p_modules text[], p_tenant_most bigint, p_most bigint)
    RETURNS TABLE (consumer text, tenant_id uuid, events bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off
    SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    #variable_conflict use_column
    DECLARE
        known record;
        lane record;
        counted bigint;
        total bigint;
    BEGIN
        RETURN QUERY
            SELECT '', u.tenant_id, count(*) FROM (
                SELECT e.tenant_id FROM sys_events e
                WHERE e.position IS NULL ORDER BY e.insert_order LIMIT p_most
            ) u GROUP BY u.tenant_id;
        FOR known IN
            SELECT k.name FROM sys_consumers k
            WHERE split_part(k.name, '.', 1) = ANY (p_modules)
        LOOP
            total := 0;
            FOR lane IN
                SELECT h.tenant_id, coalesce(c.position, 0) AS reached
                FROM generate_series(0, {PARTITIONS - 1}) AS part(number)
                LEFT JOIN sys_leases l ON l.consumer = known.name AND l.partition = part.number
                JOIN sys_tenant_heads h
                    ON h.partition = part.number AND h.position > coalesce(l.mark, 0)
                LEFT JOIN sys_cursors c
                    ON c.tenant_id = h.tenant_id AND c.consumer = known.name
                WHERE h.position > coalesce(c.position, 0)
            LOOP
                SELECT count(*) INTO counted FROM (
                    SELECT FROM sys_events e
                    WHERE e.tenant_id = lane.tenant_id AND e.position > lane.reached
                    ORDER BY e.position LIMIT least(p_tenant_most, p_most - total)
                ) w;
                consumer := known.name;
                tenant_id := lane.tenant_id;
                events := counted;
                RETURN NEXT;
                total := total + counted;
                EXIT WHEN total >= p_most;
            END LOOP;
        END LOOP;
    END $$;
    GRANT SELECT ON sys_leases TO {DEFINER};
    ALTER FUNCTION sys_backlog(text[], bigint, bigint) OWNER TO {DEFINER};
    REVOKE ALL ON FUNCTION sys_backlog(text[], bigint, bigint) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION sys_backlog(text[], bigint, bigint) TO {RUNTIME}, {WORKER};
    COMMENT ON FUNCTION sys_backlog(text[], bigint, bigint) IS
        'Events of each tenant that have no position yet, by the empty name, and those that each
        consumer of the modules has before it; at most so many of a tenant, and in all.';
"""  # a constant


def upgrade() -> None:
    """Creates the function, for both roles."""
    run(BACKLOG)
