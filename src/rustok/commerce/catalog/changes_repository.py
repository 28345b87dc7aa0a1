"""The SQL that writes what differs between two states of products, any number at once."""

from datetime import datetime
from uuid import UUID

from rustok.core.sql import Statement

UPDATE = Statement(
    """
    UPDATE commerce_products p
    SET status = r.status, version = r.version, vendor = r.vendor, product_type = r.product_type,
        tags = r.tags, category_id = r.category_id, metadata = r.metadata,
        private_metadata = r.private_metadata, options = r.options, updated_at = r.updated_at,
        published_at = r.published_at
    FROM json_to_recordset(:rows::json) AS r(id uuid, status text, version int, vendor text,
        product_type text, tags text[], category_id uuid, metadata jsonb, private_metadata jsonb,
        options jsonb, updated_at timestamptz, published_at timestamptz)
    WHERE p.tenant_id = :tenant_id AND p.id = r.id
    """,
    rows=str,
)

DELETE = Statement(
    """
    WITH texts AS (
        UPDATE commerce_product_translations SET live = false
        WHERE tenant_id = :tenant_id AND product_id = :id
    ), variants AS (
        UPDATE commerce_variants SET live = false
        WHERE tenant_id = :tenant_id AND product_id = :id
    )
    UPDATE commerce_products SET version = :version, updated_at = :now, deleted_at = :now
    WHERE tenant_id = :tenant_id AND id = :id
    """,
    id=UUID,
    version=int,
    now=datetime,
)

DELETE_TEXTS = Statement(
    """
    DELETE FROM commerce_product_translations t
    USING json_to_recordset(:rows::json) AS r(product_id uuid, locale text)
    WHERE t.tenant_id = :tenant_id AND t.product_id = r.product_id AND t.locale = r.locale
    """,
    rows=str,
)

SAVE_TEXTS = Statement(
    """
    INSERT INTO commerce_product_translations (tenant_id, product_id, locale, handle, title,
        subtitle, description_html, seo_title, seo_description)
    SELECT :tenant_id, r.product_id, r.locale, r.handle, r.title, r.subtitle, r.description_html,
        r.seo_title, r.seo_description
    FROM json_to_recordset(:rows::json) AS r(product_id uuid, locale text, handle text, title text,
        subtitle text, description_html text, seo_title text, seo_description text)
    ORDER BY r.handle
    ON CONFLICT (tenant_id, product_id, locale) DO UPDATE
    SET handle = excluded.handle, title = excluded.title, subtitle = excluded.subtitle,
        description_html = excluded.description_html, seo_title = excluded.seo_title,
        seo_description = excluded.seo_description
    """,
    rows=str,
)

DELETE_IMAGES = Statement(
    "DELETE FROM commerce_images WHERE tenant_id = :tenant_id AND id = ANY (:ids)", ids=list[UUID]
)

SAVE_IMAGES = Statement(
    """
    INSERT INTO commerce_images (tenant_id, id, product_id, position, url, width, height, alts)
    SELECT :tenant_id, r.id, r.product_id, r.position, r.url, r.width, r.height, r.alts
    FROM json_to_recordset(:rows::json) AS r(id uuid, product_id uuid, position int, url text,
        width int, height int, alts jsonb)
    ON CONFLICT (tenant_id, id) DO UPDATE
    SET position = excluded.position, url = excluded.url, width = excluded.width,
        height = excluded.height, alts = excluded.alts
    """,
    rows=str,
)

DELETE_VARIANTS = Statement(
    "DELETE FROM commerce_variants WHERE tenant_id = :tenant_id AND id = ANY (:ids)",
    ids=list[UUID],
)

SAVE_VARIANTS = Statement(
    """
    INSERT INTO commerce_variants (tenant_id, id, product_id, position, sku, barcode, weight_grams,
        allow_backorder, choices, image_id)
    SELECT :tenant_id, r.id, r.product_id, r.position, r.sku, r.barcode, r.weight_grams,
        r.allow_backorder, r.choices, r.image_id
    FROM json_to_recordset(:rows::json) AS r(id uuid, product_id uuid, position int, sku text,
        barcode text, weight_grams int, allow_backorder boolean, choices integer[], image_id uuid)
    ORDER BY r.sku, r.id
    ON CONFLICT (tenant_id, id) DO UPDATE
    SET position = excluded.position, sku = excluded.sku, barcode = excluded.barcode,
        weight_grams = excluded.weight_grams, allow_backorder = excluded.allow_backorder,
        choices = excluded.choices, image_id = excluded.image_id
    """,
    rows=str,
)

FREE_SKUS = Statement(
    """
    UPDATE commerce_variants SET sku = NULL WHERE tenant_id = :tenant_id AND id = ANY (:ids)
    """,
    ids=list[UUID],
)

DELETE_PRICES = Statement(
    """
    DELETE FROM commerce_variant_prices p
    USING json_to_recordset(:rows::json) AS r(variant_id uuid, currency text)
    WHERE p.tenant_id = :tenant_id AND p.variant_id = r.variant_id AND p.currency = r.currency
    """,
    rows=str,
)

SAVE_PRICES = Statement(
    """
    INSERT INTO commerce_variant_prices (tenant_id, variant_id, currency, minor, compare_at_minor)
    SELECT :tenant_id, r.variant_id, r.currency, r.minor, r.compare_at_minor
    FROM json_to_recordset(:rows::json) AS r(variant_id uuid, currency text, minor bigint,
        compare_at_minor bigint)
    ON CONFLICT (tenant_id, variant_id, currency) DO UPDATE
    SET minor = excluded.minor, compare_at_minor = excluded.compare_at_minor
    """,
    rows=str,
)

SAVE_LEVELS = Statement(
    """
    INSERT INTO commerce_stock_levels (tenant_id, variant_id, location_id, quantity)
    SELECT :tenant_id, r.variant_id, r.location_id, r.quantity
    FROM json_to_recordset(:rows::json) AS r(variant_id uuid, location_id uuid, quantity int)
    ON CONFLICT (tenant_id, variant_id, location_id) DO UPDATE SET quantity = excluded.quantity
    """,
    rows=str,
)

DELETE_MEMBERS = Statement(
    """
    DELETE FROM commerce_collection_products m
    USING json_to_recordset(:rows::json) AS r(collection_id uuid, product_id uuid)
    WHERE m.tenant_id = :tenant_id AND m.collection_id = r.collection_id
        AND m.product_id = r.product_id
    """,
    rows=str,
)

INSERT_MEMBERS = Statement(
    """
    INSERT INTO commerce_collection_products (tenant_id, collection_id, product_id, position)
    SELECT :tenant_id, r.collection_id, r.product_id, coalesce((
            SELECT max(m.position) FROM commerce_collection_products m
            WHERE m.tenant_id = :tenant_id AND m.collection_id = r.collection_id
        ), 0) + row_number() OVER (PARTITION BY r.collection_id ORDER BY r.product_id)
    FROM json_to_recordset(:rows::json) AS r(collection_id uuid, product_id uuid)
    ON CONFLICT (tenant_id, collection_id, product_id) DO NOTHING
    """,
    rows=str,
)
