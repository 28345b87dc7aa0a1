"""Tenants, their domains and the modules they switched off; the functions that find a tenant."""

from rustok.core.db.ddl import DEFINER, RUNTIME, WORKER, fence, open_to
from rustok.core.migration import run

revision = "tenant_0001"
down_revision = None
branch_labels = ("tenant",)
depends_on = ("core_0001",)

TABLES = """
    CREATE TABLE tenants (
        id uuid PRIMARY KEY,
        slug text NOT NULL CONSTRAINT tenants_slug UNIQUE,
        name text NOT NULL,
        status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
        default_locale text NOT NULL,
        locales text[] NOT NULL CHECK (default_locale = ANY (locales)),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        settings jsonb NOT NULL DEFAULT '{}',
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    );
    COMMENT ON TABLE tenants IS 'One row per tenant; its id is every other table''s tenant_id.';

    CREATE TABLE tenant_domains (
        domain text PRIMARY KEY,
        owner_id uuid NOT NULL REFERENCES tenants (id)
    );
    CREATE INDEX tenant_domains_owner ON tenant_domains (owner_id);
    COMMENT ON TABLE tenant_domains IS
        'Routing of custom domains: unique on the whole platform, so it is fenced by owner_id.';

    CREATE TABLE tenant_modules (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        module text NOT NULL,
        enabled boolean NOT NULL,
        changed_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, module)
    );
    COMMENT ON TABLE tenant_modules IS 'Modules a tenant switched; one that is not here is on.';
"""

FIND = f"""
    CREATE FUNCTION tenant_find(by text, key text) RETURNS TABLE (
        id uuid, slug text, name text, status text, default_locale text, locales text[],
        currency text, settings text, disabled_modules text[]
    )
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT t.id, t.slug, t.name, t.status, t.default_locale, t.locales, t.currency,
               t.settings::text,
               ARRAY(SELECT m.module FROM tenant_modules m
                     WHERE m.tenant_id = t.id AND NOT m.enabled ORDER BY 1)
        FROM tenants t
        WHERE t.id = CASE by
            WHEN 'id' THEN key::uuid
            WHEN 'slug' THEN (SELECT s.id FROM tenants s WHERE s.slug = key)
            WHEN 'domain' THEN (SELECT d.owner_id FROM tenant_domains d WHERE d.domain = key)
        END
    $$;
    ALTER FUNCTION tenant_find(text, text) OWNER TO {DEFINER};
    REVOKE ALL ON FUNCTION tenant_find(text, text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION tenant_find(text, text) TO {RUNTIME}, {WORKER};
"""


def upgrade() -> None:
    """Creates the tables, their fences and the one function that looks past them."""
    run(
        TABLES,
        fence("tenants", column="id", grants=("select", "insert", "update")),
        fence("tenant_domains", column="owner_id"),
        fence("tenant_modules"),
        open_to(WORKER, "tenants"),
        open_to(DEFINER, "tenants"),
        open_to(DEFINER, "tenant_domains"),
        open_to(DEFINER, "tenant_modules"),
        FIND,
    )
