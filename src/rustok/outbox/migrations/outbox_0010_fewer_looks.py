"""A look says whether there is work for the bulk hand, and whether it saw all there was."""

from rustok.core.migration import run
from rustok.outbox.migrations.outbox_0005_leases import SETTINGS, WITHOUT_WAITING, of_worker

revision = "outbox_0010"
down_revision = "outbox_0009"
branch_labels = None
depends_on = None

# Each event woke both hands, and the one that had applied it looked once more: five looks,
# where two do. So the prompt hand tells the bulk hand of its work, and `complete` says that nothing
# is left once the lanes found are taken.
LOOK = f"""
    DROP FUNCTION sys_look(
        uuid, text, text, text[], integer, integer, integer, integer, boolean, timestamptz);
    CREATE FUNCTION sys_look(
        p_worker uuid, p_consumer text, p_hand text, p_names text[], p_span integer,
        p_lanes integer, p_most integer, p_bulk integer, p_alone boolean, p_at timestamptz)
    RETURNS TABLE (leased boolean, behind boolean, passed boolean, tenants uuid[],
                   positions bigint[], alone bigint, retry_tenant uuid, bulk boolean,
                   complete boolean)
    {SETTINGS} AS $$
    #variable_conflict use_column
    DECLARE
        lane record;
        reached bigint;
        wanted bigint;
        upto bigint;
        is_behind boolean := false;
        has_passed boolean := false;
        has_bulk boolean := false;
        has_more boolean := false;
        seen integer := 0;
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
            seen := seen + 1;
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
                has_bulk := has_bulk OR p_hand = 'prompt';
                CONTINUE;
            END IF;
            upto := least(lane.head, reached + p_span);
            has_more := has_more OR upto < lane.head;
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
            IF suspected IS NOT NULL OR array_length(found_tenants, 1) >= p_lanes THEN
                has_more := true;
                EXIT;
            END IF;
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
            is_behind, has_passed, found_tenants, found_positions, suspected, due, has_bulk,
            NOT (is_behind OR has_more OR seen = 256);
    END $$;
    {
    of_worker(
        "sys_look(uuid, text, text, text[], integer, integer, integer, integer, boolean, "
        "timestamptz)",
        "What a hand of a worker is to do for a consumer, noted as begun; passes what is unwanted.",
    )
}
"""


def upgrade() -> None:
    """Replaces the function by one with two columns more."""
    run(LOOK)
