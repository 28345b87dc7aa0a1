"""The SQL of stock: only what setting and adjusting need, for they are frequent."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query


class OwnerRow(msgspec.Struct, frozen=True, gc=False):
    """A variant and its product."""

    variant_id: UUID
    product_id: UUID


class StockRow(msgspec.Struct, frozen=True, gc=False):
    """A variant's levels; those of the locations it has none at are missing."""

    variant_id: UUID
    allow_backorder: bool
    location_id: UUID | None
    quantity: int | None


class VersionRow(msgspec.Struct, frozen=True, gc=False):
    """A product's new version."""

    id: UUID
    version: int


LOCK = Query(
    """
    SELECT v.id AS variant_id, p.id AS product_id
    FROM commerce_variants v
    JOIN commerce_products p ON p.tenant_id = :tenant_id AND p.id = v.product_id
    WHERE v.tenant_id = :tenant_id AND v.id = ANY (:variants) AND p.deleted_at IS NULL
    ORDER BY p.id FOR NO KEY UPDATE OF p
    """,
    OwnerRow,
    variants=list[UUID],
)

STOCK = Query(
    """
    SELECT v.id AS variant_id, v.allow_backorder, s.location_id, s.quantity
    FROM commerce_variants v
    LEFT JOIN commerce_stock_levels s ON s.tenant_id = :tenant_id AND s.variant_id = v.id
    WHERE v.tenant_id = :tenant_id AND v.id = ANY (:variants) AND v.live
    """,
    StockRow,
    variants=list[UUID],
)

TOUCH = Query(
    """
    UPDATE commerce_products SET version = version + 1, updated_at = :now
    WHERE tenant_id = :tenant_id AND id = ANY (:ids)
    RETURNING id, version
    """,
    VersionRow,
    ids=list[UUID],
    now=datetime,
)
