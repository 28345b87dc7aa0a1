"""How those begin who fill a version beside each other."""

from rustok.core.db.ddl import TENANT, WORKER
from rustok.core.migration import run

revision = "index_0005"
down_revision = "index_0004"
branch_labels = None
depends_on = None

SHARE = f"""
    CREATE FUNCTION index_share(p_kind text) RETURNS SETOF integer
    LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM set_config('plan_cache_mode', 'force_generic_plan', true),
            set_config('synchronous_commit', 'off', true);
        PERFORM pg_advisory_xact_lock_shared(hashtextextended('index.' || p_kind || {TENANT}, 0));
        RETURN QUERY SELECT p.version FROM index_projections p
            WHERE p.kind = p_kind AND p.state IN ('active', 'building') ORDER BY p.version;
    END $$;
    REVOKE ALL ON FUNCTION index_share(text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION index_share(text) TO {WORKER};
    COMMENT ON FUNCTION index_share(text) IS
        'As index_lock, but beside others who fill a version of the tenant''s documents of the kind,
        and without a wait for the disk: what a crash takes back is filled again.';
"""


def upgrade() -> None:
    """Creates the function, for the worker role."""
    run(SHARE)
