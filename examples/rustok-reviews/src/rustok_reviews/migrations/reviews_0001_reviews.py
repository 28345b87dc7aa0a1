"""Reviews, the products they are about, and the documents that ratings are read from."""

from rustok.core.db.ddl import fence
from rustok.core.db.document_ddl import document_table
from rustok.core.migration import run

revision = "reviews_0001"
down_revision = None
branch_labels = ("reviews",)
depends_on = ("tenant_0001", "index_0001")

TABLES = """
    CREATE TABLE reviews_products (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        product_id uuid NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, product_id)
    );
    COMMENT ON TABLE reviews_products IS
        'What a rating belongs to: locked before a review of the product, its version only rises.';

    CREATE TABLE reviews (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        product_id uuid NOT NULL,
        user_id uuid NOT NULL,
        rating integer NOT NULL CHECK (rating BETWEEN 1 AND 5),
        title text NOT NULL,
        body text NOT NULL,
        author text NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT reviews_one_each UNIQUE (tenant_id, product_id, user_id),
        FOREIGN KEY (tenant_id, product_id) REFERENCES reviews_products (tenant_id, product_id)
    );
    CREATE INDEX reviews_of_product ON reviews (tenant_id, product_id, status, id);
    CREATE INDEX reviews_of_user ON reviews (tenant_id, user_id, id);
    CREATE INDEX reviews_in_status ON reviews (tenant_id, status, id);
    COMMENT ON TABLE reviews IS 'One per product and user.';
"""


def upgrade() -> None:
    """Creates the tables with their fences, and the kind of documents."""
    run(TABLES, fence("reviews_products"), fence("reviews"), document_table("product_ratings"))
