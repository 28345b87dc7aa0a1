"""The catalogue's tables, and the documents that products are read from."""

from rustok.core.db.ddl import fence
from rustok.core.db.document_ddl import document_table
from rustok.core.migration import run

revision = "commerce_0001"
down_revision = None
branch_labels = ("commerce",)
depends_on = ("tenant_0001", "index_0001")

GROUPS = """
    CREATE TABLE commerce_categories (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        id uuid NOT NULL,
        parent_id uuid,
        position integer NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        deleted_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, parent_id) REFERENCES commerce_categories (tenant_id, id),
        CHECK (parent_id <> id)
    );
    CREATE INDEX commerce_categories_parent ON commerce_categories (tenant_id, parent_id, position);
    COMMENT ON TABLE commerce_categories IS
        'A tree. A deleted one keeps its row, so that its products'' documents can be found.';

    CREATE TABLE commerce_category_translations (
        tenant_id uuid NOT NULL,
        category_id uuid NOT NULL,
        locale text NOT NULL,
        handle text COLLATE "C" NOT NULL,
        title text NOT NULL,
        description_html text NOT NULL,
        seo_title text NOT NULL,
        seo_description text NOT NULL,
        live boolean NOT NULL DEFAULT true,
        PRIMARY KEY (tenant_id, category_id, locale),
        FOREIGN KEY (tenant_id, category_id) REFERENCES commerce_categories (tenant_id, id)
            ON DELETE CASCADE
    );
    CREATE UNIQUE INDEX commerce_category_handles
        ON commerce_category_translations (tenant_id, handle, locale) WHERE live;
    COMMENT ON COLUMN commerce_category_translations.live IS
        'False once the category is deleted: its handle is free again.';

    CREATE TABLE commerce_collections (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        id uuid NOT NULL,
        version integer NOT NULL,
        image jsonb,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        deleted_at timestamptz,
        PRIMARY KEY (tenant_id, id)
    );
    COMMENT ON TABLE commerce_collections IS
        'Products put together by hand. A deleted one keeps its row and its members.';

    CREATE TABLE commerce_collection_translations (
        tenant_id uuid NOT NULL,
        collection_id uuid NOT NULL,
        locale text NOT NULL,
        handle text COLLATE "C" NOT NULL,
        title text NOT NULL,
        description_html text NOT NULL,
        seo_title text NOT NULL,
        seo_description text NOT NULL,
        live boolean NOT NULL DEFAULT true,
        PRIMARY KEY (tenant_id, collection_id, locale),
        FOREIGN KEY (tenant_id, collection_id) REFERENCES commerce_collections (tenant_id, id)
            ON DELETE CASCADE
    );
    CREATE UNIQUE INDEX commerce_collection_handles
        ON commerce_collection_translations (tenant_id, handle, locale) WHERE live;

    CREATE TABLE commerce_locations (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        id uuid NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT commerce_locations_code UNIQUE (tenant_id, code)
    );
    COMMENT ON TABLE commerce_locations IS 'Places that hold stock.';
"""

PRODUCTS = """
    CREATE TABLE commerce_products (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        id uuid NOT NULL,
        status text NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
        version integer NOT NULL,
        vendor text NOT NULL,
        product_type text NOT NULL,
        tags text[] NOT NULL,
        category_id uuid,
        metadata jsonb NOT NULL,
        private_metadata jsonb NOT NULL,
        options jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        published_at timestamptz,
        deleted_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, category_id) REFERENCES commerce_categories (tenant_id, id)
    );
    CREATE INDEX commerce_products_category ON commerce_products (tenant_id, category_id)
        WHERE category_id IS NOT NULL;
    COMMENT ON TABLE commerce_products IS
        'The aggregate: its row is locked before anything below it changes.';
    COMMENT ON COLUMN commerce_products.options IS
        'Options and their values, with a key each and names by locale.';

    CREATE TABLE commerce_product_translations (
        tenant_id uuid NOT NULL,
        product_id uuid NOT NULL,
        locale text NOT NULL,
        handle text COLLATE "C" NOT NULL,
        title text NOT NULL,
        subtitle text NOT NULL,
        description_html text NOT NULL,
        seo_title text NOT NULL,
        seo_description text NOT NULL,
        live boolean NOT NULL DEFAULT true,
        PRIMARY KEY (tenant_id, product_id, locale),
        FOREIGN KEY (tenant_id, product_id) REFERENCES commerce_products (tenant_id, id)
            ON DELETE CASCADE
    );
    CREATE UNIQUE INDEX commerce_product_handles
        ON commerce_product_translations (tenant_id, handle, locale) WHERE live;
    COMMENT ON COLUMN commerce_product_translations.live IS
        'False once the product is deleted: its handle is free again.';

    CREATE TABLE commerce_images (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        product_id uuid NOT NULL,
        position integer NOT NULL,
        url text NOT NULL,
        width integer,
        height integer,
        alts jsonb NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, product_id) REFERENCES commerce_products (tenant_id, id)
            ON DELETE CASCADE
    );
    CREATE INDEX commerce_images_product ON commerce_images (tenant_id, product_id, position);

    CREATE TABLE commerce_variants (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        product_id uuid NOT NULL,
        position integer NOT NULL,
        sku text,
        barcode text,
        weight_grams integer CHECK (weight_grams >= 0),
        allow_backorder boolean NOT NULL,
        choices integer[] NOT NULL,
        image_id uuid,
        live boolean NOT NULL DEFAULT true,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, product_id) REFERENCES commerce_products (tenant_id, id)
            ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, image_id) REFERENCES commerce_images (tenant_id, id)
            ON DELETE SET NULL (image_id),
        CONSTRAINT commerce_variants_choices UNIQUE (tenant_id, product_id, choices)
            DEFERRABLE INITIALLY IMMEDIATE
    );
    CREATE UNIQUE INDEX commerce_variants_sku ON commerce_variants (tenant_id, sku)
        WHERE live AND sku IS NOT NULL;
    CREATE INDEX commerce_variants_image ON commerce_variants (tenant_id, image_id)
        WHERE image_id IS NOT NULL;
    COMMENT ON COLUMN commerce_variants.choices IS
        'Keys of the product''s option values, in the order of its options.';

    CREATE TABLE commerce_variant_prices (
        tenant_id uuid NOT NULL,
        variant_id uuid NOT NULL,
        currency text NOT NULL,
        minor bigint NOT NULL CHECK (minor >= 0),
        compare_at_minor bigint CHECK (compare_at_minor >= 0),
        PRIMARY KEY (tenant_id, variant_id, currency),
        FOREIGN KEY (tenant_id, variant_id) REFERENCES commerce_variants (tenant_id, id)
            ON DELETE CASCADE
    );

    CREATE TABLE commerce_stock_levels (
        tenant_id uuid NOT NULL,
        variant_id uuid NOT NULL,
        location_id uuid NOT NULL,
        quantity integer NOT NULL,
        PRIMARY KEY (tenant_id, variant_id, location_id),
        FOREIGN KEY (tenant_id, variant_id) REFERENCES commerce_variants (tenant_id, id)
            ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, location_id) REFERENCES commerce_locations (tenant_id, id)
    );

    CREATE TABLE commerce_collection_products (
        tenant_id uuid NOT NULL,
        collection_id uuid NOT NULL,
        product_id uuid NOT NULL,
        position integer NOT NULL,
        PRIMARY KEY (tenant_id, collection_id, product_id),
        FOREIGN KEY (tenant_id, collection_id) REFERENCES commerce_collections (tenant_id, id)
            ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, product_id) REFERENCES commerce_products (tenant_id, id)
            ON DELETE CASCADE
    );
    CREATE INDEX commerce_collection_order
        ON commerce_collection_products (tenant_id, collection_id, position, product_id);
    CREATE INDEX commerce_collection_members
        ON commerce_collection_products (tenant_id, product_id);
"""

TABLES = (
    "commerce_categories",
    "commerce_category_translations",
    "commerce_collections",
    "commerce_collection_translations",
    "commerce_locations",
    "commerce_products",
    "commerce_product_translations",
    "commerce_images",
    "commerce_variants",
    "commerce_variant_prices",
    "commerce_stock_levels",
    "commerce_collection_products",
)


def upgrade() -> None:
    """Creates the tables with their fences, and the table of product documents."""
    run(GROUPS, PRODUCTS, *(fence(table) for table in TABLES), document_table("products"))
