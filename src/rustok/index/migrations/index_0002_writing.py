"""How who writes documents begins: with the lock, and with the versions there are under it."""

from rustok.core.db.ddl import TENANT, WORKER
from rustok.core.migration import run

revision = "index_0002"
down_revision = "index_0001"
branch_labels = None
depends_on = None

# Volatile, so that the versions are those of after the lock was had: one that was switched off
# while it was waited for must not be written to, for its documents are deleted once. What follows
# is found by keys, a few at a time: planning it anew each time takes twice as long as doing it.
LOCK = f"""
    CREATE FUNCTION index_lock(p_kind text) RETURNS SETOF integer
    LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
        PERFORM pg_advisory_xact_lock(hashtextextended('index.' || p_kind || {TENANT}, 0));
        RETURN QUERY SELECT p.version FROM index_projections p
            WHERE p.kind = p_kind AND p.state IN ('active', 'building') ORDER BY p.version;
    END $$;
    REVOKE ALL ON FUNCTION index_lock(text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION index_lock(text) TO {WORKER};
    COMMENT ON FUNCTION index_lock(text) IS
        'Waits until nobody else writes this tenant''s documents of the kind, until the end of the
        transaction; the versions that are to be written to.';
"""


def upgrade() -> None:
    """Creates the function, for the worker role."""
    run(LOCK)
