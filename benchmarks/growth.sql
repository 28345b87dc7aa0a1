-- Copies of a tenant's documents, each with an id, a handle and a place in the order of its own.
INSERT INTO index_products (
    tenant_id, projection_version, locale, id, aggregate_version, handle, status, sort_title,
    listed_at, created_at, updated_at, published_at, amount_min, amount_max, facets, search,
    body, staff)
SELECT d.tenant_id, d.projection_version, d.locale, gen_random_uuid(), d.aggregate_version,
    d.handle || '-' || n, d.status, d.sort_title || ' ' || n,
    d.listed_at - n * interval '1 second', d.created_at, d.updated_at - n * interval '1 second',
    d.published_at, d.amount_min + n, d.amount_max + n, d.facets, d.search,
    replace(d.body, d.handle, d.handle || '-' || n), d.staff
FROM index_products d CROSS JOIN generate_series($2::integer, $3::integer) n
WHERE d.tenant_id = $1 AND d.id = ANY ($4::uuid[])
