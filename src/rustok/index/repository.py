"""The SQL statements about what all kinds of documents share."""

from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement


class FillingRow(msgspec.Struct, frozen=True, gc=False):
    """A version of a kind, and how far it is filled while it is building."""

    version: int
    definition: int
    state: str
    filling_tenant: UUID | None
    filled_to: UUID | None


LOCK = Query("SELECT * FROM index_lock(:kind)", int, kind=str)

SHARE = Query("SELECT * FROM index_share(:kind)", int, kind=str)

FILLINGS = Query(
    "SELECT version, definition, state, filling_tenant, filled_to FROM index_projections "
    "WHERE kind = :kind ORDER BY version",
    FillingRow,
    kind=str,
)

LOCK_BUILDING = Query(
    "SELECT version, definition, state, filling_tenant, filled_to FROM index_projections "
    "WHERE kind = :kind AND state = 'building' FOR UPDATE",
    FillingRow,
    kind=str,
)

LOCK_RETIRED = Query(
    "SELECT version FROM index_projections WHERE kind = :kind AND state = 'retired' "
    "ORDER BY version LIMIT 1 FOR UPDATE SKIP LOCKED",
    int,
    kind=str,
)

START = Statement(
    """
    INSERT INTO index_projections (kind, version, definition, state)
    SELECT :kind, coalesce(max(version), 0) + 1, :definition, 'building'
    FROM index_projections WHERE kind = :kind
    ON CONFLICT DO NOTHING
    """,
    kind=str,
    definition=int,
)

MARK_FILLED = Statement(
    "UPDATE index_projections SET filling_tenant = :filling_tenant, filled_to = :filled_to "
    "WHERE kind = :kind AND state = 'building'",
    kind=str,
    filling_tenant=UUID,
    filled_to=UUID | None,
)

RETIRE = Statement(
    "UPDATE index_projections SET state = 'retired' WHERE kind = :kind AND state = :state",
    kind=str,
    state=str,
)

ACTIVATE = Statement(
    "UPDATE index_projections SET state = 'active', filled_at = now() "
    "WHERE kind = :kind AND state = 'building' RETURNING pg_notify('rustok_documents', '')",
    kind=str,
)

FORGET_VERSION = Statement(
    "DELETE FROM index_projections WHERE kind = :kind AND version = :version AND state = 'retired'",
    kind=str,
    version=int,
)

NEXT_TENANT = Query(
    "SELECT id FROM tenants WHERE id > :after ORDER BY id LIMIT 1", UUID, after=UUID
)

INSERT_WORD = Statement(
    """
    INSERT INTO index_words (tenant_id, kind, projection_version, locale, word, variants)
    VALUES (:tenant_id, :kind, :version, :locale, :word, :variants)
    ON CONFLICT DO NOTHING
    """,
    kind=str,
    version=int,
    locale=str,
    word=str,
    variants=list[str],
)

DELETE_WORDS = Statement(
    "DELETE FROM index_words "
    "WHERE tenant_id = :tenant_id AND kind = :kind AND projection_version = :version",
    kind=str,
    version=int,
)

WORDS_NEAR = Query(
    "SELECT * FROM index_words_near(:kind, :locale, :variants)",
    str,
    kind=str,
    locale=str,
    variants=list[str],
    hot=True,
)
