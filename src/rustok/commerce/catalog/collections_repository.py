"""The SQL of collections and their members."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement


class CollectionRow(msgspec.Struct, frozen=True, gc=False):
    """A collection with its translations as JSON."""

    id: UUID
    version: int
    image: str | None
    translations: str | None
    created_at: datetime
    updated_at: datetime


class MemberRow(msgspec.Struct, frozen=True, gc=False):
    """A product's place in a collection."""

    product_id: UUID
    position: int


COLLECTIONS = Query(
    """
    SELECT c.id, c.version, c.image, (
        SELECT json_agg(json_build_array(t.locale, t.handle, t.title, '', t.description_html,
            t.seo_title, t.seo_description) ORDER BY t.locale)
        FROM commerce_collection_translations t
        WHERE t.tenant_id = :tenant_id AND t.collection_id = c.id
    ) AS translations, c.created_at, c.updated_at
    FROM commerce_collections c
    WHERE c.tenant_id = :tenant_id AND c.deleted_at IS NULL
        AND c.id > coalesce(:after, '00000000-0000-0000-0000-000000000000'::uuid)
    ORDER BY c.id LIMIT :count
    """,
    CollectionRow,
    after=UUID,
    count=int,
)

COLLECTION = Query(
    """
    SELECT c.id, c.version, c.image, (
        SELECT json_agg(json_build_array(t.locale, t.handle, t.title, '', t.description_html,
            t.seo_title, t.seo_description) ORDER BY t.locale)
        FROM commerce_collection_translations t
        WHERE t.tenant_id = :tenant_id AND t.collection_id = c.id
    ) AS translations, c.created_at, c.updated_at
    FROM commerce_collections c
    WHERE c.tenant_id = :tenant_id AND c.deleted_at IS NULL AND c.id = :id
    """,
    CollectionRow,
    id=UUID,
)

COLLECTION_BY_HANDLE = Query(
    """
    SELECT collection_id FROM commerce_collection_translations
    WHERE tenant_id = :tenant_id AND handle = :handle AND locale = ANY (:locales) AND live
    ORDER BY array_position(:locales, locale) LIMIT 1
    """,
    UUID,
    handle=str,
    locales=list[str],
)

LOCK_COLLECTION = Query(
    """
    SELECT version FROM commerce_collections
    WHERE tenant_id = :tenant_id AND id = :id AND deleted_at IS NULL FOR NO KEY UPDATE
    """,
    int,
    id=UUID,
)

INSERT_COLLECTION = Statement(
    """
    INSERT INTO commerce_collections (tenant_id, id, version, image, created_at, updated_at)
    VALUES (:tenant_id, :id, 1, :image, :now, :now)
    """,
    id=UUID,
    image=str,
    now=datetime,
)

UPDATE_COLLECTION = Statement(
    """
    UPDATE commerce_collections SET version = :version, image = :image, updated_at = :now
    WHERE tenant_id = :tenant_id AND id = :id
    """,
    id=UUID,
    version=int,
    image=str,
    now=datetime,
)

DELETE_COLLECTION = Statement(
    """
    WITH texts AS (
        UPDATE commerce_collection_translations SET live = false
        WHERE tenant_id = :tenant_id AND collection_id = :id
    )
    UPDATE commerce_collections SET version = :version, updated_at = :now, deleted_at = :now
    WHERE tenant_id = :tenant_id AND id = :id
    """,
    id=UUID,
    version=int,
    now=datetime,
)

COLLECTION_HANDLES = Query(
    """
    SELECT handle FROM commerce_collection_translations
    WHERE tenant_id = :tenant_id AND handle = ANY (:handles) AND live AND collection_id <> :id
    """,
    str,
    handles=list[str],
    id=UUID,
)

SAVE_COLLECTION_TEXTS = Statement(
    """
    INSERT INTO commerce_collection_translations (tenant_id, collection_id, locale, handle, title,
        description_html, seo_title, seo_description)
    SELECT :tenant_id, :id, r.locale, r.handle, r.title, r.description_html, r.seo_title,
        r.seo_description
    FROM json_to_recordset(:rows::json) AS r(locale text, handle text, title text,
        description_html text, seo_title text, seo_description text)
    ON CONFLICT (tenant_id, collection_id, locale) DO UPDATE
    SET handle = excluded.handle, title = excluded.title,
        description_html = excluded.description_html, seo_title = excluded.seo_title,
        seo_description = excluded.seo_description
    """,
    id=UUID,
    rows=str,
)

DELETE_COLLECTION_TEXTS = Statement(
    """
    DELETE FROM commerce_collection_translations
    WHERE tenant_id = :tenant_id AND collection_id = :id AND locale = ANY (:locales)
    """,
    id=UUID,
    locales=list[str],
)

KNOWN_PRODUCTS = Query(
    """
    SELECT id FROM commerce_products
    WHERE tenant_id = :tenant_id AND id = ANY (:products) AND deleted_at IS NULL
    """,
    UUID,
    products=list[UUID],
)

ADD_MEMBERS = Query(
    """
    INSERT INTO commerce_collection_products (tenant_id, collection_id, product_id, position)
    SELECT :tenant_id, :id, r.product_id, r.number + coalesce((
        SELECT max(m.position) FROM commerce_collection_products m
        WHERE m.tenant_id = :tenant_id AND m.collection_id = :id), 0)
    FROM unnest(:products::uuid[]) WITH ORDINALITY AS r(product_id, number)
    ON CONFLICT (tenant_id, collection_id, product_id) DO NOTHING
    RETURNING product_id
    """,
    UUID,
    id=UUID,
    products=list[UUID],
)

REMOVE_MEMBERS = Query(
    """
    DELETE FROM commerce_collection_products
    WHERE tenant_id = :tenant_id AND collection_id = :id AND product_id = ANY (:products)
    RETURNING product_id
    """,
    UUID,
    id=UUID,
    products=list[UUID],
)

KNOWN_MEMBERS = Query(
    """
    SELECT m.product_id FROM commerce_collection_products m
    JOIN commerce_products p ON p.tenant_id = :tenant_id AND p.id = m.product_id
    WHERE m.tenant_id = :tenant_id AND m.collection_id = :id AND m.product_id = ANY (:products)
        AND p.deleted_at IS NULL
    """,
    UUID,
    id=UUID,
    products=list[UUID],
)

MOVE_MEMBERS = Query(
    """
    WITH member AS (
        SELECT m.product_id, w.number IS NOT NULL AS moves,
            row_number() OVER (PARTITION BY w.number IS NULL
                ORDER BY w.number, m.position, m.product_id) - 1 AS place,
            count(w.number) OVER () AS moving, count(*) OVER () AS every
        FROM commerce_collection_products m
        JOIN commerce_products p ON p.tenant_id = :tenant_id AND p.id = m.product_id
        LEFT JOIN unnest(:products::uuid[]) WITH ORDINALITY AS w(product_id, number)
            ON w.product_id = m.product_id
        WHERE m.tenant_id = :tenant_id AND m.collection_id = :id AND p.deleted_at IS NULL
    ), placed AS (
        SELECT product_id, 1 + place + CASE
            WHEN moves THEN least(:position, every - moving)
            WHEN place < :position THEN 0
            ELSE moving END AS position
        FROM member
    )
    UPDATE commerce_collection_products m SET position = placed.position
    FROM placed
    WHERE m.tenant_id = :tenant_id AND m.collection_id = :id
        AND m.product_id = placed.product_id AND m.position <> placed.position
    RETURNING m.product_id
    """,
    UUID,
    id=UUID,
    products=list[UUID],
    position=int,
)

MEMBERS = Query(
    """
    SELECT m.product_id, m.position FROM commerce_collection_products m
    JOIN commerce_products p ON p.tenant_id = :tenant_id AND p.id = m.product_id
    WHERE m.tenant_id = :tenant_id AND m.collection_id = :id AND p.deleted_at IS NULL
        AND p.status = ANY (:statuses)
        AND (m.position, m.product_id) > (:position, :product_id)
    ORDER BY m.position, m.product_id LIMIT :count
    """,
    MemberRow,
    id=UUID,
    statuses=list[str],
    position=int,
    product_id=UUID,
    count=int,
)

PRODUCTS_IN = Query(
    """
    SELECT DISTINCT product_id FROM commerce_collection_products
    WHERE tenant_id = :tenant_id AND collection_id = ANY (:ids)
    """,
    UUID,
    ids=list[UUID],
)
