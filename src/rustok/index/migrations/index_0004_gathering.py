"""New documents enter the search index many at a time."""

from alembic import op
from sqlalchemy import text

from rustok.core.db.document_ddl import SEARCH_OPTIONS, table_name
from rustok.core.migration import run

revision = "index_0004"
down_revision = "index_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the index of each kind there is; later ones are created like that."""
    for (kind,) in op.get_bind().execute(text("SELECT kind FROM index_projections")).fetchall():
        run(f"ALTER INDEX {table_name(kind)}_search SET ({SEARCH_OPTIONS})")
