"""The statements of one kind of documents: each kind has a table and functions of its own."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from rustok.core.db.ddl import TENANT
from rustok.core.db.document_ddl import table_name
from rustok.core.documents import StoredDocument
from rustok.core.sql import Query, Statement

R = TypeVar("R")


class ListedRow(msgspec.Struct, frozen=True, gc=False):
    """A document of a list, with the key it is sorted by."""

    id: UUID
    locale: str
    version: int
    handle: str
    status: str
    body: str
    staff: str | None
    sort_key: str


class FoundRow(msgspec.Struct, frozen=True, gc=False):
    """A page of a search as parallel arrays, with what was counted; an array is NULL for none."""

    ids: list[UUID] | None
    locales: list[str] | None
    versions: list[int] | None
    handles: list[str] | None
    statuses: list[str] | None
    bodies: list[str] | None
    staff: list[str | None] | None
    keys: list[str] | None
    state: str
    counted_values: list[str] | None
    counts: list[int] | None
    total: int | None
    amount_min: int | None
    amount_max: int | None


class Leftover(msgspec.Struct, frozen=True, gc=False):
    """A document that is no more, or a word that the lexicon of the locale does not have."""

    version: int
    locale: str
    stale_id: UUID | None
    unknown_word: str | None


class TenantFunction(Query[R]):
    """A call of a function whose first argument is the tenant: one round trip, as a hot query."""

    def __init__(self, function: str, result: type[R], **params: Any) -> None:
        names = ", ".join(f":{name}" for name in params)
        text = f"SELECT * FROM {function}({TENANT}, {names})"  # noqa: S608  # names of our own
        super().__init__(text, result, hot=True, **params)
        numbers = ", ".join(f"${n}" for n in range(1, len(params) + 2))
        self.function = function
        self.call = f"SELECT * FROM {function}({numbers})"  # noqa: S608  # a name of our own


class DocumentTable:
    """Every statement about one kind's documents; raises BadKind for a name that is none."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        table = table_name(kind)
        self.by_handle = TenantFunction(
            f"{table}_by_handle", StoredDocument, handle=str, locale=str, staff=bool
        )
        self.by_ids = TenantFunction(
            f"{table}_by_ids", StoredDocument, ids=list[UUID], locale=str, staff=bool
        )
        self.list = TenantFunction(
            f"{table}_list",
            ListedRow,
            locale=str,
            statuses=list[str],
            order=str,
            key=str,
            id=UUID,
            first=int,
            staff=bool,
        )
        self.search = _search(table)
        self.put = _put(_PUT.replace("<raised>", _RAISED), table)
        self.fill = _put(_PUT.replace("<raised>", ""), table)
        self.delete = Statement(_DELETE.replace("<table>", table), version=int, id=UUID, locale=str)
        self.delete_range = Statement(
            _DELETE_RANGE.replace("<table>", table), version=int, after=UUID, upto=UUID
        )
        self.id_after = Query(
            _ID_AFTER.replace("<table>", table), UUID, version=int, after=UUID, most=int
        )


def _search(table: str) -> TenantFunction[FoundRow]:
    return TenantFunction(
        f"{table}_search",
        FoundRow,
        locale=str,
        statuses=list[str],
        config=str,
        words=str | None,
        exact=str | None,
        names=list[str],
        filters=list[str],
        ids=list[UUID] | None,
        amount_min=int | None,
        amount_max=int | None,
        published_before=datetime | None,
        order=str,
        key=str,
        id=UUID,
        first=int,
        counted=list[str] | None,
        total=bool,
        known=str | None,
        staff=bool,
    )


def _put(text: str, table: str) -> Query[Leftover]:
    return Query(
        text.replace("<table>", table),
        Leftover,
        kind=str,
        versions=list[int],
        rows=str,
        bodies=list[str],
        staff=list[str | None],
        wanted=list[UUID],
        words=list[str],
        word_locales=list[str],
    )


# All of a batch in one round trip: what is put, that something changed, and what is left to do. A
# plan is kept for a session and may have been made when nothing was known of an empty table: a
# range and an order that only the primary key has, and a word looked up by itself, leave it no plan
# that reads all of a tenant's.
_PUT = """
    WITH given AS MATERIALIZED (
        SELECT n.locale, n.id, n.aggregate_version, n.handle, n.status, n.sort_title, n.listed_at,
            n.created_at, n.updated_at, n.published_at, n.amount_min, n.amount_max,
            n.facets::tsvector AS facets,
            setweight(to_tsvector(n.config, n.title), 'A')
                || setweight(to_tsvector(n.config, n.keywords), 'B')
                || setweight(to_tsvector(n.config, n.content), 'D') AS search,
            n.body, n.staff
        FROM ROWS FROM (
            json_to_recordset(:rows::json) AS (
                locale text, id uuid, aggregate_version bigint, handle text, status text,
                sort_title text, listed_at timestamptz, created_at timestamptz,
                updated_at timestamptz, published_at timestamptz, amount_min bigint,
                amount_max bigint, facets text, config regconfig, title text, keywords text,
                content text),
            unnest(:bodies::text[]), unnest(:staff::text[])
        ) AS n(
            locale, id, aggregate_version, handle, status, sort_title, listed_at, created_at,
            updated_at, published_at, amount_min, amount_max, facets, config, title, keywords,
            content, body, staff)
    ), put AS (
        INSERT INTO <table> AS d (
            tenant_id, projection_version, locale, id, aggregate_version, handle, status,
            sort_title, listed_at, created_at, updated_at, published_at, amount_min, amount_max,
            facets, search, body, staff)
        SELECT :tenant_id, version, given.*
        FROM unnest(:versions::int[]) AS version CROSS JOIN given
        ON CONFLICT (tenant_id, projection_version, id, locale) DO UPDATE SET
            aggregate_version = excluded.aggregate_version, handle = excluded.handle,
            status = excluded.status, sort_title = excluded.sort_title,
            listed_at = excluded.listed_at, created_at = excluded.created_at,
            updated_at = excluded.updated_at, published_at = excluded.published_at,
            amount_min = excluded.amount_min, amount_max = excluded.amount_max,
            facets = excluded.facets, search = excluded.search,
            body = excluded.body, staff = excluded.staff
        WHERE d.aggregate_version <= excluded.aggregate_version
    )<raised>
    SELECT version, found.locale, found.id AS stale_id, NULL::text AS unknown_word
    FROM unnest(:versions::int[]) AS version CROSS JOIN unnest(:wanted::uuid[]) AS wanted
    CROSS JOIN LATERAL (
        SELECT d.id, d.locale FROM <table> d
        WHERE d.tenant_id = :tenant_id AND d.projection_version = version
          AND d.id >= wanted AND d.id <= wanted
        ORDER BY d.id OFFSET 0) found
    WHERE (found.id, found.locale) NOT IN (
        SELECT given.id, given.locale FROM given)
    UNION ALL
    SELECT version, given.locale, NULL, given.word
    FROM unnest(:words::text[], :word_locales::text[]) AS given (word, locale)
    CROSS JOIN unnest(:versions::int[]) AS version
    WHERE (
        SELECT w.word FROM index_words w
        WHERE w.tenant_id = :tenant_id AND w.kind = :kind AND w.projection_version = version
          AND w.locale = given.locale AND w.word = given.word) IS NULL
"""

_RAISED = """, raised AS (
        INSERT INTO index_revisions (tenant_id, kind, revision) VALUES (:tenant_id, :kind, 1)
        ON CONFLICT (tenant_id, kind) DO UPDATE SET revision = index_revisions.revision + 1
        RETURNING pg_notify('rustok_documents', tenant_id::text)
    )"""

_DELETE = """
    DELETE FROM <table>
    WHERE tenant_id = :tenant_id AND projection_version = :version AND id = :id
      AND locale = :locale
"""

# A range of the primary key: where nothing is known of the table yet, a set of keys is compared
# with each of its rows.
_DELETE_RANGE = """
    DELETE FROM <table>
    WHERE tenant_id = :tenant_id AND projection_version = :version AND id > :after AND id <= :upto
"""

_ID_AFTER = """
    SELECT id FROM <table>
    WHERE tenant_id = :tenant_id AND projection_version = :version AND id > :after
    ORDER BY id OFFSET :most LIMIT 1
"""
