"""The SQL of the places that hold stock."""

from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement


class LocationRow(msgspec.Struct, frozen=True, gc=False):
    """A place that holds stock."""

    id: UUID
    code: str
    name: str
    version: int


LOCATIONS = Query(
    """
    SELECT id, code, name, version FROM commerce_locations
    WHERE tenant_id = :tenant_id ORDER BY id
    """,
    LocationRow,
)

LOCK_LOCATION = Query(
    """
    SELECT id, code, name, version FROM commerce_locations
    WHERE tenant_id = :tenant_id AND id = :id FOR UPDATE
    """,
    LocationRow,
    id=UUID,
)

INSERT_LOCATION = Query(
    """
    INSERT INTO commerce_locations (tenant_id, id, code, name, version)
    VALUES (:tenant_id, :id, :code, :name, 1)
    ON CONFLICT (tenant_id, code) DO NOTHING
    RETURNING id, code, name, version
    """,
    LocationRow,
    id=UUID,
    code=str,
    name=str,
)

UPDATE_LOCATION = Query(
    """
    UPDATE commerce_locations SET code = :code, name = :name, version = version + 1
    WHERE tenant_id = :tenant_id AND id = :id
    RETURNING id, code, name, version
    """,
    LocationRow,
    id=UUID,
    code=str,
    name=str,
)

LOCATION_HOLDS = Query(
    """
    SELECT EXISTS (
        SELECT FROM commerce_stock_levels
        WHERE tenant_id = :tenant_id AND location_id = :id AND quantity <> 0
    ) AS holds
    """,
    bool,
    id=UUID,
)

DELETE_LEVELS = Statement(
    """
    DELETE FROM commerce_stock_levels
    WHERE tenant_id = :tenant_id AND location_id = :id AND quantity = 0
    """,
    id=UUID,
)

DELETE_LOCATION = Statement(
    "DELETE FROM commerce_locations WHERE tenant_id = :tenant_id AND id = :id", id=UUID
)
