"""What a feed asks of the log: how far it may read, and which tenants there is something for."""

from rustok.core.db.ddl import DEFINER, RUNTIME, WORKER, open_to
from rustok.core.migration import run

revision = "outbox_0003"
down_revision = "outbox_0002"
branch_labels = None
depends_on = None

# It looks past the fence, so that one question does for all tenants, and tells no more than whose
# events there are: these are then read tenant by tenant, behind the fence.
FEED = f"""
    CREATE FUNCTION sys_feed(
        p_behind text, p_after bigint, p_span integer, p_names text[], p_tenants uuid[])
    RETURNS TABLE (reached bigint, head bigint, tenants uuid[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off AS $$
    #variable_conflict use_column
    DECLARE
        upto bigint;
        last bigint;
        found uuid[] := ARRAY[]::uuid[];
    BEGIN
        SELECT h.position INTO STRICT last FROM sys_log_head h;
        upto := last;
        IF p_behind IS NOT NULL THEN
            SELECT c.position INTO upto FROM sys_consumers c WHERE c.name = p_behind;
            upto := coalesce(upto, 0);
        END IF;
        IF p_after IS NOT NULL THEN
            upto := least(upto, p_after + p_span);
            IF upto > p_after THEN
                SELECT coalesce(array_agg(DISTINCT e.tenant_id), found) INTO found
                FROM sys_events e
                WHERE e.position > p_after AND e.position <= upto
                  AND e.name = ANY (p_names) AND e.tenant_id = ANY (p_tenants);
            END IF;
        END IF;
        RETURN QUERY SELECT upto, last, found;
    END $$;
    ALTER FUNCTION sys_feed(text, bigint, integer, text[], uuid[]) OWNER TO {DEFINER};
    REVOKE ALL ON FUNCTION sys_feed(text, bigint, integer, text[], uuid[]) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION sys_feed(text, bigint, integer, text[], uuid[])
        TO {RUNTIME}, {WORKER};
    COMMENT ON FUNCTION sys_feed(text, bigint, integer, text[], uuid[]) IS
        'How far a feed behind a consumer may read after a position, and which of the tenants have
        events of these names there.';
"""  # a constant


def upgrade() -> None:
    """Creates the function, for both roles."""
    run(
        open_to(DEFINER, "sys_events"),
        f"GRANT SELECT ON sys_log_head, sys_consumers TO {DEFINER};",
        FEED,
    )
