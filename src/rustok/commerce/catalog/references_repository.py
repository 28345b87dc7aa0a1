"""The SQL of what products refer to, in one round trip."""

from uuid import UUID

import msgspec

from rustok.core.sql import Query


class ReferenceRow(msgspec.Struct, frozen=True, gc=False):
    """A collection, or a step of the path from the root to a category (`leaf`); texts by locale.

    `height` is how many steps are left to the leaf: the root comes first.
    """

    leaf: UUID | None
    id: UUID
    height: int
    texts: str | None


REFERENCES = Query(
    """
    WITH RECURSIVE wanted AS (
        SELECT c.id FROM commerce_categories c
        WHERE c.tenant_id = :tenant_id AND c.id = ANY (:category_ids) AND c.deleted_at IS NULL
        UNION
        SELECT t.category_id FROM commerce_category_translations t
        WHERE t.tenant_id = :tenant_id AND t.handle = ANY (:category_handles)
            AND t.locale = :locale AND t.live
    ), path AS (
        SELECT c.id AS leaf, c.id, c.parent_id, 0 AS height
        FROM wanted w JOIN commerce_categories c ON c.tenant_id = :tenant_id AND c.id = w.id
        UNION ALL
        SELECT p.leaf, c.id, c.parent_id, p.height + 1
        FROM path p JOIN commerce_categories c ON c.tenant_id = :tenant_id AND c.id = p.parent_id
    )
    SELECT p.leaf, p.id, p.height, (
        SELECT json_object_agg(t.locale, json_build_object('handle', t.handle, 'title', t.title))
        FROM commerce_category_translations t
        WHERE t.tenant_id = :tenant_id AND t.category_id = p.id
    ) AS texts
    FROM path p
    UNION ALL
    SELECT NULL, c.id, 0, (
        SELECT json_object_agg(t.locale, json_build_object('handle', t.handle, 'title', t.title))
        FROM commerce_collection_translations t
        WHERE t.tenant_id = :tenant_id AND t.collection_id = c.id
    )
    FROM commerce_collections c
    WHERE c.tenant_id = :tenant_id AND c.deleted_at IS NULL
        AND c.id = ANY (:collection_ids || ARRAY(
            SELECT t.collection_id FROM commerce_collection_translations t
            WHERE t.tenant_id = :tenant_id AND t.handle = ANY (:collection_handles)
                AND t.locale = :locale AND t.live
        ))
    ORDER BY leaf, height DESC
    """,
    ReferenceRow,
    category_ids=list[UUID],
    category_handles=list[str],
    collection_ids=list[UUID],
    collection_handles=list[str],
    locale=str,
)
