"""DDL of a kind of documents: its table, its fence, its indexes and the functions that read it.

A module calls `document_table` in a migration of its own, which depends on `index_0001`.
"""

import re

from rustok.core.db.ddl import DEFINER, RUNTIME, WORKER, fence, open_to
from rustok.core.db.document_functions import by_handle, by_ids, find, listing
from rustok.core.db.document_orders import ORDERS

SEARCH_OPTIONS = "fastupdate = on, gin_pending_list_limit = 64"
"""How the search index of a kind takes new documents in."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


class BadKind(ValueError):
    """A kind's name must be lower-case letters, digits and underscores, 31 at the most."""


def table_name(kind: str) -> str:
    """The table of a kind; raises BadKind."""
    if not _NAME.fullmatch(kind):
        raise BadKind(kind)
    return f"index_{kind}"


def document_table(kind: str) -> str:
    """The script that creates the table of a kind with all that reads it; raises BadKind.

    The kind starts with an empty version 1 of definition 0, which serves and is written to until
    the index has filled a version of the projection's own definition.
    """
    table = table_name(kind)
    return "\n".join(
        [
            _table(table),
            fence(table, grants=("select",)),
            f"GRANT INSERT, UPDATE, DELETE ON {table} TO {WORKER};",
            open_to(DEFINER, table),
            _indexes(table),
            document_functions(kind),
            f"""
            INSERT INTO index_projections (kind, version, definition, state, filled_at)
            VALUES ('{kind}', 1, 0, 'active', now());
            """,  # noqa: S608  # names of our own
        ]
    )


def document_functions(kind: str) -> str:
    """The script that creates or replaces the functions that read a kind; raises BadKind."""
    table = table_name(kind)
    return "\n".join([by_handle(table), by_ids(table), listing(table), find(table, kind)])


def _table(table: str) -> str:
    return f"""
        CREATE TABLE {table} (
            tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
            projection_version integer NOT NULL,
            locale text NOT NULL,
            id uuid NOT NULL,
            aggregate_version bigint NOT NULL,
            handle text NOT NULL,
            status text NOT NULL,
            sort_title text COLLATE "C" NOT NULL,
            listed_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            published_at timestamptz,
            amount_min bigint,
            amount_max bigint,
            facets tsvector NOT NULL,
            search tsvector NOT NULL,
            body text NOT NULL,
            staff text,
            PRIMARY KEY (tenant_id, projection_version, id, locale)
        );
        ALTER TABLE {table} ALTER body SET STORAGE EXTERNAL, ALTER staff SET STORAGE EXTERNAL;
        COMMENT ON TABLE {table} IS
            'Documents of the read model: written by a projection, rebuilt at any time. Their texts
            are kept as they are, for unpacking them was half of reading a list, and beside the
            rows, so that a search among many reads few pages.';
        COMMENT ON COLUMN {table}.facets IS
            'A lexeme for each name=value, one for available=true or false, and "=" in every one.';
    """


def _indexes(table: str) -> str:
    scope = "tenant_id, projection_version, locale"
    orders = {
        name: ORDERS[name].key for name in ("newest", "updated", "title", "price", "price_down")
    }
    ordered = "".join(
        f"CREATE INDEX {table}_{name} ON {table} ({scope}, status, ({key}), id);\n"
        for name, key in orders.items()
    )
    return f"""
        {ordered}
        CREATE INDEX {table}_handle ON {table} ({scope}, handle);
        CREATE INDEX {table}_search ON {table} USING gin (tenant_id, search, facets)
            WITH ({SEARCH_OPTIONS});
        COMMENT ON INDEX {table}_search IS
            'Used by the definer''s function only: under row level security @@ is a filter. New
            documents are gathered and entered 64 kB at a time, for a fifth of what it takes one by
            one; so few are read besides in no time.';
        GRANT SELECT ON index_projections TO {RUNTIME}, {WORKER}, {DEFINER};
    """
