"""The collections of a product are read from an index that has them in order."""

from rustok.core.migration import run

revision = "commerce_0002"
down_revision = "commerce_0001"
branch_labels = None
depends_on = None

# Without the collections in it, a plan that is kept from a time when nothing was known of the table
# takes them from the index of a collection's order, and reads all of the tenant's for each product.
MEMBERSHIPS = """
    CREATE INDEX commerce_memberships
        ON commerce_collection_products (tenant_id, product_id, collection_id);
    DROP INDEX commerce_collection_members;
"""


def upgrade() -> None:
    """Replaces the index of a product's memberships."""
    run(MEMBERSHIPS)
