"""SQL as typed values: text with named parameters in, Structs out."""

from rustok.core.sql.query import Query, QueryError, Statement

__all__ = ["Query", "QueryError", "Statement"]
