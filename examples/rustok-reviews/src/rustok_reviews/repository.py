"""Every SQL statement of the reviews module."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement


class ReviewRow(msgspec.Struct, frozen=True, gc=False):
    """A review as it is stored."""

    id: UUID
    product_id: UUID
    user_id: UUID
    rating: int
    title: str
    body: str
    author: str
    status: str
    created_at: datetime
    updated_at: datetime
    version: int


class RatedRow(msgspec.Struct, frozen=True, gc=False):
    """A product with the numbers of its approved reviews of one to five stars."""

    product_id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    counts: list[int]


class DeletedRow(msgspec.Struct, frozen=True, gc=False):
    """A review that is gone."""

    id: UUID
    rating: int
    version: int


OF_PRODUCT = Query(
    """
    SELECT id, product_id, user_id, rating, title, body, author, status, created_at, updated_at,
           version
    FROM reviews
    WHERE tenant_id = :tenant_id AND product_id = :product_id AND status = 'approved'
      AND id < :before
    ORDER BY id DESC LIMIT :limit
    """,
    ReviewRow,
    hot=True,
    product_id=UUID,
    before=UUID,
    limit=int,
)

OF_USER = Query(
    """
    SELECT id, product_id, user_id, rating, title, body, author, status, created_at, updated_at,
           version
    FROM reviews
    WHERE tenant_id = :tenant_id AND user_id = :user_id AND id < :before
    ORDER BY id DESC LIMIT :limit
    """,
    ReviewRow,
    user_id=UUID,
    before=UUID,
    limit=int,
)

IN_STATUS = Query(
    """
    SELECT id, product_id, user_id, rating, title, body, author, status, created_at, updated_at,
           version
    FROM reviews
    WHERE tenant_id = :tenant_id AND status = ANY (:statuses) AND id < :before
    ORDER BY id DESC LIMIT :limit
    """,
    ReviewRow,
    statuses=list[str],
    before=UUID,
    limit=int,
)

PRODUCT_OF = Query(
    "SELECT product_id FROM reviews WHERE tenant_id = :tenant_id AND id = :id", UUID, id=UUID
)

LOCK = Query(
    """
    SELECT id, product_id, user_id, rating, title, body, author, status, created_at, updated_at,
           version
    FROM reviews WHERE tenant_id = :tenant_id AND id = :id FOR UPDATE
    """,
    ReviewRow,
    id=UUID,
)

TOUCH_PRODUCT = Statement(
    """
    INSERT INTO reviews_products (tenant_id, product_id, version, created_at, updated_at)
    VALUES (:tenant_id, :product_id, 1, :now, :now)
    ON CONFLICT (tenant_id, product_id)
    DO UPDATE SET version = reviews_products.version + 1, updated_at = excluded.updated_at
    """,
    product_id=UUID,
    now=datetime,
)

INSERT = Statement(
    """
    INSERT INTO reviews (tenant_id, id, product_id, user_id, rating, title, body, author, status,
                         created_at, updated_at)
    VALUES (:tenant_id, :id, :product_id, :user_id, :rating, :title, :body, :author, :status,
            :now, :now)
    """,
    id=UUID,
    product_id=UUID,
    user_id=UUID,
    rating=int,
    title=str,
    body=str,
    author=str,
    status=str,
    now=datetime,
)

UPDATE = Statement(
    """
    UPDATE reviews
    SET rating = :rating, title = :title, body = :body, author = :author, status = :status,
        version = version + 1, updated_at = :now
    WHERE tenant_id = :tenant_id AND id = :id
    """,
    id=UUID,
    rating=int,
    title=str,
    body=str,
    author=str,
    status=str,
    now=datetime,
)

DELETE = Statement("DELETE FROM reviews WHERE tenant_id = :tenant_id AND id = :id", id=UUID)

LOCK_PRODUCT = Statement(
    """
    SELECT FROM reviews_products
    WHERE tenant_id = :tenant_id AND product_id = :product_id FOR UPDATE
    """,
    product_id=UUID,
)

DELETE_OF_PRODUCT = Query(
    """
    DELETE FROM reviews WHERE tenant_id = :tenant_id AND product_id = :product_id
    RETURNING id, rating, version
    """,
    DeletedRow,
    product_id=UUID,
)

FORGET_PRODUCT = Statement(
    "DELETE FROM reviews_products WHERE tenant_id = :tenant_id AND product_id = :product_id",
    product_id=UUID,
)

RATED = Query(
    """
    SELECT p.product_id, p.version, p.created_at, p.updated_at, ARRAY(
               SELECT count(r.id) FROM generate_series(1, 5) AS stars (rating)
               LEFT JOIN reviews r ON r.tenant_id = p.tenant_id AND r.product_id = p.product_id
                    AND r.status = 'approved' AND r.rating = stars.rating
               GROUP BY stars.rating ORDER BY stars.rating) AS counts
    FROM reviews_products p
    WHERE p.tenant_id = :tenant_id AND p.product_id = ANY (:product_ids)
    """,
    RatedRow,
    product_ids=list[UUID],
)

PRODUCTS = Query(
    """
    SELECT product_id FROM reviews_products
    WHERE tenant_id = :tenant_id AND product_id > :after ORDER BY product_id LIMIT :limit
    """,
    UUID,
    after=UUID,
    limit=int,
)

PENDING = Query(
    "SELECT count(*) FROM reviews WHERE tenant_id = :tenant_id AND status = 'pending'", int
)
