"""The SQL of products: one value in, one value out, whatever the number of products.

Rows travel as JSON and are unpacked by `json_to_recordset`, so that one statement of one round trip
serves a product as well as a hundred.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query


class ProductRow(msgspec.Struct, frozen=True, gc=False):
    """A product with all that belongs to it as JSON."""

    id: UUID
    status: str
    version: int
    vendor: str
    product_type: str
    tags: list[str]
    category_id: UUID | None
    collection_ids: list[UUID]
    metadata: str
    private_metadata: str
    options: str
    translations: str | None
    variants: str | None
    images: str | None
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None


class InsertedRow(msgspec.Struct, frozen=True):
    """What could be inserted: `product/locale` of texts, and variants by id."""

    texts: list[str]
    variants: list[UUID]


class HandleRow(msgspec.Struct, frozen=True, gc=False):
    """A handle and the product that has it."""

    handle: str
    product_id: UUID


class SkuRow(msgspec.Struct, frozen=True, gc=False):
    """A SKU and the product that has it."""

    sku: str
    product_id: UUID


class OwnerRow(msgspec.Struct, frozen=True, gc=False):
    """A variant and its product."""

    variant_id: UUID
    product_id: UUID


LOCK = Query(
    """
    SELECT id FROM commerce_products
    WHERE tenant_id = :tenant_id AND id = ANY (:ids) AND deleted_at IS NULL
    ORDER BY id FOR NO KEY UPDATE
    """,
    UUID,
    ids=list[UUID],
)

LOAD = Query(
    """
    SELECT p.id, p.status, p.version, p.vendor, p.product_type, p.tags, p.category_id,
        ARRAY(
            SELECT m.collection_id FROM commerce_collection_products m
            JOIN commerce_collections c ON c.tenant_id = :tenant_id AND c.id = m.collection_id
            WHERE m.tenant_id = :tenant_id AND m.product_id = p.id AND c.deleted_at IS NULL
            ORDER BY m.collection_id
        ) AS collection_ids,
        p.metadata, p.private_metadata, p.options,
        (
            SELECT json_agg(json_build_array(t.locale, t.handle, t.title, t.subtitle,
                t.description_html, t.seo_title, t.seo_description) ORDER BY t.locale)
            FROM commerce_product_translations t
            WHERE t.tenant_id = :tenant_id AND t.product_id = p.id
        ) AS translations,
        (
            SELECT json_agg(json_build_array(v.id, v.position, v.sku, v.barcode, v.weight_grams,
                v.allow_backorder, v.choices, v.image_id, (
                    SELECT coalesce(json_agg(json_build_array(
                        r.currency, r.minor, r.compare_at_minor) ORDER BY r.currency), '[]')
                    FROM commerce_variant_prices r
                    WHERE r.tenant_id = :tenant_id AND r.variant_id = v.id
                ), (
                    SELECT coalesce(json_agg(json_build_array(
                        s.location_id, l.code, s.quantity) ORDER BY s.location_id), '[]')
                    FROM commerce_stock_levels s
                    JOIN commerce_locations l ON l.tenant_id = :tenant_id AND l.id = s.location_id
                    WHERE s.tenant_id = :tenant_id AND s.variant_id = v.id
                )) ORDER BY v.position, v.id)
            FROM commerce_variants v
            WHERE v.tenant_id = :tenant_id AND v.product_id = p.id
        ) AS variants,
        (
            SELECT json_agg(json_build_array(i.id, i.position, i.url, i.width, i.height, i.alts)
                ORDER BY i.position, i.id)
            FROM commerce_images i
            WHERE i.tenant_id = :tenant_id AND i.product_id = p.id
        ) AS images,
        p.created_at, p.updated_at, p.published_at
    FROM commerce_products p
    WHERE p.tenant_id = :tenant_id AND p.id = ANY (:ids) AND p.deleted_at IS NULL
    """,
    ProductRow,
    ids=list[UUID],
)

INSERT = Query(
    """
    WITH product AS (
        INSERT INTO commerce_products (tenant_id, id, status, version, vendor, product_type, tags,
            category_id, metadata, private_metadata, options, created_at, updated_at, published_at)
        SELECT :tenant_id, r.id, r.status, r.version, r.vendor, r.product_type, r.tags,
            r.category_id, r.metadata, r.private_metadata, r.options, r.created_at, r.updated_at,
            r.published_at
        FROM json_to_recordset(:products::json) AS r(id uuid, status text, version int,
            vendor text, product_type text, tags text[], category_id uuid, metadata jsonb,
            private_metadata jsonb, options jsonb, created_at timestamptz,
            updated_at timestamptz, published_at timestamptz)
    ), texts AS (
        INSERT INTO commerce_product_translations (tenant_id, product_id, locale, handle, title,
            subtitle, description_html, seo_title, seo_description)
        SELECT :tenant_id, r.product_id, r.locale, r.handle, r.title, r.subtitle,
            r.description_html, r.seo_title, r.seo_description
        FROM json_to_recordset(:translations::json) AS r(product_id uuid, locale text, handle text,
            title text, subtitle text, description_html text, seo_title text,
            seo_description text)
        WHERE NOT EXISTS (
            SELECT FROM commerce_product_translations o
            WHERE o.tenant_id = :tenant_id AND o.handle = r.handle AND o.live
            OFFSET 0 -- a look-up for each row: planned as a join, it would read all handles
        )
        ORDER BY r.handle, r.product_id, r.locale
        ON CONFLICT (tenant_id, handle, locale) WHERE live DO NOTHING
        RETURNING product_id, locale
    ), images AS (
        INSERT INTO commerce_images (tenant_id, id, product_id, position, url, width, height, alts)
        SELECT :tenant_id, r.id, r.product_id, r.position, r.url, r.width, r.height, r.alts
        FROM json_to_recordset(:images::json) AS r(id uuid, product_id uuid, position int,
            url text, width int, height int, alts jsonb)
    ), variants AS (
        INSERT INTO commerce_variants (tenant_id, id, product_id, position, sku, barcode,
            weight_grams, allow_backorder, choices, image_id)
        SELECT :tenant_id, r.id, r.product_id, r.position, r.sku, r.barcode, r.weight_grams,
            r.allow_backorder, r.choices, r.image_id
        FROM json_to_recordset(:variants::json) AS r(id uuid, product_id uuid, position int,
            sku text, barcode text, weight_grams int, allow_backorder boolean, choices integer[],
            image_id uuid)
        ORDER BY r.sku, r.id
        ON CONFLICT (tenant_id, sku) WHERE live AND sku IS NOT NULL DO NOTHING
        RETURNING id
    ), prices AS (
        INSERT INTO commerce_variant_prices (tenant_id, variant_id, currency, minor,
            compare_at_minor)
        SELECT :tenant_id, r.variant_id, r.currency, r.minor, r.compare_at_minor
        FROM json_to_recordset(:prices::json) AS r(variant_id uuid, currency text, minor bigint,
            compare_at_minor bigint)
        JOIN variants ON variants.id = r.variant_id
    ), levels AS (
        INSERT INTO commerce_stock_levels (tenant_id, variant_id, location_id, quantity)
        SELECT :tenant_id, r.variant_id, r.location_id, r.quantity
        FROM json_to_recordset(:levels::json) AS r(variant_id uuid, location_id uuid, quantity int)
        JOIN variants ON variants.id = r.variant_id
    ), members AS (
        INSERT INTO commerce_collection_products (tenant_id, collection_id, product_id, position)
        SELECT :tenant_id, r.collection_id, r.product_id, coalesce((
                SELECT max(m.position) FROM commerce_collection_products m
                WHERE m.tenant_id = :tenant_id AND m.collection_id = r.collection_id
            ), 0) + row_number() OVER (PARTITION BY r.collection_id ORDER BY r.product_id)
        FROM json_to_recordset(:members::json) AS r(collection_id uuid, product_id uuid)
    )
    SELECT ARRAY(SELECT product_id || '/' || locale FROM texts) AS texts,
           ARRAY(SELECT id FROM variants) AS variants
    """,
    InsertedRow,
    products=str,
    translations=str,
    images=str,
    variants=str,
    prices=str,
    levels=str,
    members=str,
)

INSERT_TEXTS = Query(
    """
    INSERT INTO commerce_product_translations (tenant_id, product_id, locale, handle, title,
        subtitle, description_html, seo_title, seo_description)
    SELECT :tenant_id, r.product_id, r.locale, r.handle, r.title, r.subtitle, r.description_html,
        r.seo_title, r.seo_description
    FROM json_to_recordset(:translations::json) AS r(product_id uuid, locale text, handle text,
        title text, subtitle text, description_html text, seo_title text, seo_description text)
    ORDER BY r.handle, r.product_id, r.locale
    ON CONFLICT (tenant_id, handle, locale) WHERE live DO NOTHING
    RETURNING product_id || '/' || locale AS text
    """,
    str,
    translations=str,
)

HANDLES = Query(
    """
    SELECT handle, product_id FROM commerce_product_translations
    WHERE tenant_id = :tenant_id AND handle = ANY (:handles) AND live
    """,
    HandleRow,
    handles=list[str],
)

SKUS = Query(
    """
    SELECT sku, product_id FROM commerce_variants
    WHERE tenant_id = :tenant_id AND sku = ANY (:skus) AND live
    """,
    SkuRow,
    skus=list[str],
)

OWNERS = Query(
    """
    SELECT id AS variant_id, product_id FROM commerce_variants
    WHERE tenant_id = :tenant_id AND id = ANY (:ids) AND live
    """,
    OwnerRow,
    ids=list[UUID],
)

NEXT_IDS = Query(
    """
    SELECT id FROM commerce_products
    WHERE tenant_id = :tenant_id AND deleted_at IS NULL
        AND id > coalesce(:after, '00000000-0000-0000-0000-000000000000'::uuid)
    ORDER BY id LIMIT :count
    """,
    UUID,
    after=UUID,
    count=int,
)
