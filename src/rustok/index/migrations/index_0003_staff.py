"""What only staff may see leaves the database when it is asked for, and not with every document."""

from alembic import op
from sqlalchemy import text

from rustok.core.db.document_ddl import document_functions, table_name
from rustok.core.migration import run

revision = "index_0003"
down_revision = "index_0002"
branch_labels = None
depends_on = None

READERS = ("by_handle", "by_ids", "list", "search", "find")


def upgrade() -> None:
    """Makes the functions that read documents again; those with one argument less are dropped."""
    for (kind,) in op.get_bind().execute(text("SELECT kind FROM index_projections")).fetchall():
        for reader in READERS:
            _drop(f"{table_name(kind)}_{reader}")
        run(document_functions(kind))


def _drop(function: str) -> None:
    run(f"""
        DO $$ DECLARE signature text; BEGIN
            FOR signature IN SELECT oid::regprocedure FROM pg_proc WHERE proname = '{function}'
            LOOP EXECUTE 'DROP FUNCTION ' || signature; END LOOP;
        END $$
    """)
