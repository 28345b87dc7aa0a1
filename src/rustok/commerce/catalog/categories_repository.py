"""The SQL of categories."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement


class CategoryRow(msgspec.Struct, frozen=True, gc=False):
    """A category with its translations as JSON."""

    id: UUID
    parent_id: UUID | None
    position: int
    version: int
    translations: str | None
    created_at: datetime
    updated_at: datetime


class TitleRow(msgspec.Struct, frozen=True, gc=False):
    """The title of a category or collection in one locale."""

    id: UUID
    locale: str
    title: str


CATEGORIES = Query(
    """
    SELECT c.id, c.parent_id, c.position, c.version, (
        SELECT json_agg(json_build_array(t.locale, t.handle, t.title, '', t.description_html,
            t.seo_title, t.seo_description) ORDER BY t.locale)
        FROM commerce_category_translations t
        WHERE t.tenant_id = :tenant_id AND t.category_id = c.id
    ) AS translations, c.created_at, c.updated_at
    FROM commerce_categories c
    WHERE c.tenant_id = :tenant_id AND c.deleted_at IS NULL
    ORDER BY c.position, c.id
    """,
    CategoryRow,
)

GROUP_TITLES = Query(
    """
    SELECT t.category_id AS id, t.locale, t.title FROM commerce_category_translations t
    WHERE t.tenant_id = :tenant_id AND t.category_id = ANY (:ids) AND t.locale = ANY (:locales)
    UNION ALL
    SELECT t.collection_id, t.locale, t.title FROM commerce_collection_translations t
    WHERE t.tenant_id = :tenant_id AND t.collection_id = ANY (:ids) AND t.locale = ANY (:locales)
    """,
    TitleRow,
    ids=list[UUID],
    locales=list[str],
    hot=True,
)

LOCK_TREE = Statement(
    "SELECT pg_advisory_xact_lock(hashtextextended('commerce_categories ' || :tenant_id::uuid, 0))"
)

INSERT_CATEGORY = Statement(
    """
    INSERT INTO commerce_categories (tenant_id, id, parent_id, position, version, created_at,
        updated_at)
    VALUES (:tenant_id, :id, :parent_id, :position, 1, :now, :now)
    """,
    id=UUID,
    parent_id=UUID,
    position=int,
    now=datetime,
)

TOUCH_CATEGORY = Statement(
    """
    UPDATE commerce_categories SET version = :version, updated_at = :now
    WHERE tenant_id = :tenant_id AND id = :id
    """,
    id=UUID,
    version=int,
    now=datetime,
)

PLACE_CATEGORIES = Statement(
    """
    UPDATE commerce_categories c SET parent_id = r.parent_id, position = r.position
    FROM json_to_recordset(:rows::json) AS r(id uuid, parent_id uuid, position int)
    WHERE c.tenant_id = :tenant_id AND c.id = r.id
    """,
    rows=str,
)

DELETE_CATEGORY = Statement(
    """
    WITH texts AS (
        UPDATE commerce_category_translations SET live = false
        WHERE tenant_id = :tenant_id AND category_id = :id
    )
    UPDATE commerce_categories SET version = :version, updated_at = :now, deleted_at = :now
    WHERE tenant_id = :tenant_id AND id = :id
    """,
    id=UUID,
    version=int,
    now=datetime,
)

CATEGORY_HANDLES = Query(
    """
    SELECT handle FROM commerce_category_translations
    WHERE tenant_id = :tenant_id AND handle = ANY (:handles) AND live AND category_id <> :id
    """,
    str,
    handles=list[str],
    id=UUID,
)

SAVE_CATEGORY_TEXTS = Statement(
    """
    INSERT INTO commerce_category_translations (tenant_id, category_id, locale, handle, title,
        description_html, seo_title, seo_description)
    SELECT :tenant_id, :id, r.locale, r.handle, r.title, r.description_html, r.seo_title,
        r.seo_description
    FROM json_to_recordset(:rows::json) AS r(locale text, handle text, title text,
        description_html text, seo_title text, seo_description text)
    ON CONFLICT (tenant_id, category_id, locale) DO UPDATE
    SET handle = excluded.handle, title = excluded.title,
        description_html = excluded.description_html, seo_title = excluded.seo_title,
        seo_description = excluded.seo_description
    """,
    id=UUID,
    rows=str,
)

DELETE_CATEGORY_TEXTS = Statement(
    """
    DELETE FROM commerce_category_translations
    WHERE tenant_id = :tenant_id AND category_id = :id AND locale = ANY (:locales)
    """,
    id=UUID,
    locales=list[str],
)

PRODUCTS_BELOW = Query(
    """
    WITH RECURSIVE below AS (
        SELECT c.id FROM commerce_categories c
        WHERE c.tenant_id = :tenant_id AND c.id = ANY (:ids)
        UNION
        SELECT c.id FROM below b
        JOIN commerce_categories c ON c.tenant_id = :tenant_id AND c.parent_id = b.id
    )
    SELECT p.id FROM below b
    JOIN commerce_products p ON p.tenant_id = :tenant_id AND p.category_id = b.id
    WHERE p.deleted_at IS NULL
    """,
    UUID,
    ids=list[UUID],
)
