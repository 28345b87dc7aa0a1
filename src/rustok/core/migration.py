"""For migrations only (it imports Alembic): runs a script of several statements."""

from alembic import op
from sqlalchemy.util import await_only


def run(*scripts: str) -> None:
    """Runs each script, of any number of statements, in the migration's transaction."""
    bind = op.get_bind()
    bind.exec_driver_sql("SELECT 1")  # SQLAlchemy's driver adapter begins with its first statement
    for script in scripts:
        await_only(bind.connection.driver_connection.execute(script))  # type: ignore[union-attr]  # always there while bound
