"""The judge's own SQL: what the database says, asked as its owner, past every fence."""

UNNUMBERED = "SELECT count(*) FROM sys_events WHERE position IS NULL"

UNSEEN = """
    SELECT count(*) FROM sys_events e WHERE NOT EXISTS (
        SELECT FROM crash_effects x WHERE x.tenant_id = e.tenant_id AND x.event_id = e.id
          AND x.consumer = 'crash.witness')
"""

STALE = """
    SELECT count(*) FROM commerce_products p
    WHERE p.deleted_at IS NULL AND NOT EXISTS (
        SELECT FROM index_products d JOIN index_projections v ON v.version = d.projection_version
        WHERE v.kind = 'products' AND v.state = 'active' AND d.tenant_id = p.tenant_id
          AND d.id = p.id AND d.aggregate_version = p.version)
"""

LEFT_OVER = """
    SELECT count(*) FROM index_products d
    JOIN index_projections v ON v.version = d.projection_version
    WHERE v.kind = 'products' AND v.state = 'active' AND NOT EXISTS (
        SELECT FROM commerce_products p
        WHERE p.tenant_id = d.tenant_id AND p.id = d.id AND p.deleted_at IS NULL)
"""

WAITING = "SELECT count(*) FROM sys_retries"
DEAD = "SELECT count(*) FROM sys_dead_letters WHERE consumer <> 'crash.taster'"

FACTS = """
    SELECT t.slug, e.correlation_id, e.name, count(*) AS times
    FROM sys_events e JOIN tenants t ON t.id = e.tenant_id
    WHERE e.correlation_id LIKE $1 GROUP BY 1, 2, 3
"""

PRODUCTS = """
    SELECT t.slug, p.id, p.version, p.deleted_at IS NOT NULL AS deleted, x.title,
           (SELECT max(e.aggregate_version) FROM sys_events e
            WHERE e.tenant_id = p.tenant_id AND e.aggregate = 'product' AND e.aggregate_id = p.id
           ) AS last_event,
           (SELECT sum(s.quantity) FROM commerce_stock_levels s
            JOIN commerce_variants v ON v.tenant_id = s.tenant_id AND v.id = s.variant_id
            WHERE v.tenant_id = p.tenant_id AND v.product_id = p.id) AS stock,
           (SELECT max(r.minor) FROM commerce_variant_prices r
            JOIN commerce_variants v ON v.tenant_id = r.tenant_id AND v.id = r.variant_id
            WHERE v.tenant_id = p.tenant_id AND v.product_id = p.id) AS price
    FROM commerce_products p JOIN tenants t ON t.id = p.tenant_id
    LEFT JOIN commerce_product_translations x
        ON x.tenant_id = p.tenant_id AND x.product_id = p.id AND x.locale = t.default_locale
"""

REPEATED_POSITIONS = """
    SELECT position FROM sys_events WHERE position IS NOT NULL GROUP BY 1 HAVING count(*) > 1
"""
MISSING_POSITIONS = """
    SELECT p FROM generate_series(1, (SELECT max(position) FROM sys_events)) p
    WHERE NOT EXISTS (SELECT FROM sys_events e WHERE e.position = p)
"""

INVERTED_LOG = """
    SELECT aggregate_id, position FROM (
        SELECT aggregate_id, position, aggregate_version,
               lag(aggregate_version) OVER (PARTITION BY tenant_id, aggregate, aggregate_id
                                            ORDER BY position) AS before
        FROM sys_events WHERE position IS NOT NULL) s
    WHERE before > aggregate_version
"""

REPEATED_EFFECTS = """
    SELECT consumer, event_id::text, name, count(*) AS times FROM crash_effects
    GROUP BY 1, 2, 3 HAVING count(*) > 1
"""

INVERTED_EFFECTS = """
    SELECT consumer, aggregate_id::text, name, number FROM (
        SELECT consumer, aggregate_id, name, number, position,
               lag(position) OVER (PARTITION BY tenant_id, consumer, aggregate_id
                                   ORDER BY number) AS before
        FROM crash_effects) s
    WHERE before > position
"""

FOREIGN_EFFECTS = """
    SELECT x.event_id::text FROM crash_effects x JOIN sys_events e ON e.id = x.event_id
    WHERE e.tenant_id <> x.tenant_id
"""

UNTRUE_DOCUMENTS = """
    SELECT t.slug, d.id::text, d.body::json ->> 'title' AS shown, x.title, d.status, p.status
    FROM index_products d
    JOIN index_projections v ON v.version = d.projection_version
    JOIN tenants t ON t.id = d.tenant_id
    JOIN commerce_products p ON p.tenant_id = d.tenant_id AND p.id = d.id
    JOIN commerce_product_translations x
        ON x.tenant_id = p.tenant_id AND x.product_id = p.id AND x.locale = d.locale
    WHERE v.kind = 'products' AND v.state = 'active'
      AND (d.body::json ->> 'title' <> x.title OR d.status <> p.status)
"""

LAGS = """
    SELECT extract(epoch FROM coalesce(min(x.applied_at), clock_timestamp()) - e.occurred_at)::float
    FROM sys_events e LEFT JOIN crash_effects x
        ON x.tenant_id = e.tenant_id AND x.event_id = e.id AND x.consumer = $1
    WHERE e.occurred_at >= $2 AND e.occurred_at < $3 AND e.name <> 'thing.poisoned'
      AND e.correlation_id <> 'long-transaction'
    GROUP BY e.tenant_id, e.insert_order, e.occurred_at
"""

KINDS = "SELECT DISTINCT kind FROM index_projections ORDER BY 1"

TENANT_TABLES = """
    SELECT c.table_name FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id'
      AND t.table_type = 'BASE TABLE' ORDER BY 1
"""


def documents(kind: str) -> str:
    """Every document that is served of a kind, whole, without the number of its filling."""
    return f"""
        SELECT d.tenant_id::text, d.id::text, d.locale,
               (to_jsonb(d) - 'projection_version')::text AS document
        FROM index_{kind} d
        JOIN index_projections p ON p.kind = '{kind}' AND p.version = d.projection_version
        WHERE p.state = 'active'
    """


def foreign_rows(table: str) -> str:
    """How many rows of a tenant's hold a word of another."""
    return f"SELECT count(*) FROM {table} r WHERE r.tenant_id = $1 AND r::text LIKE $2"
