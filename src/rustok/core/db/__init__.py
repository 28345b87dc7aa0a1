"""The one way to PostgreSQL: sessions that carry the tenant, read-only or writing."""

from rustok.core.db.database import Database
from rustok.core.db.sessions import ReadSession, WriteSession

__all__ = ["Database", "ReadSession", "WriteSession"]
