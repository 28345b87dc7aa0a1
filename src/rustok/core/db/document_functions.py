"""The functions that read a kind of documents, each in one round trip.

`by_handle`, `by_ids` and `list` run as their caller, under row level security, with plans that
PostgreSQL keeps. `find` runs as the definer: `@@` is not leakproof, so that under row level
security no index on a tsvector is ever used. It takes the tenant from the transaction and from
nowhere else, and is opened by `search`, which runs as its caller.
"""

from collections.abc import Callable
from importlib.resources import files

from rustok.core.db.ddl import DEFINER, RUNTIME, TENANT, WORKER
from rustok.core.db.document_orders import ORDERS, Order
from rustok.core.sql.tenancy import SETTING

_DOCUMENT = "id uuid, locale text, version bigint, handle text, status text, body text, staff text"
_COLUMNS = (
    "d.id, d.locale, d.aggregate_version, d.handle, d.status, d.body, "
    "CASE WHEN p_staff THEN d.staff END"
)


def by_handle(table: str) -> str:
    """`<table>_by_handle(tenant, handle, locale, staff)`: where two share a handle, the latest."""
    return _reader(
        f"{table}_by_handle",
        "tenant uuid, p_handle text, p_locale text, p_staff boolean",
        _DOCUMENT,
        f"""
        RETURN QUERY SELECT {_COLUMNS} FROM {table} d
        WHERE {_scope(table)} AND d.handle = p_handle
        ORDER BY d.updated_at DESC, d.id DESC LIMIT 1;
        """,  # noqa: S608  # names of our own
    )


def by_ids(table: str) -> str:
    """`<table>_by_ids(tenant, ids, locale, staff)`: in no particular order."""
    return _reader(
        f"{table}_by_ids",
        "tenant uuid, p_ids uuid[], p_locale text, p_staff boolean",
        _DOCUMENT,
        f"""
        RETURN QUERY SELECT {_COLUMNS} FROM {table} d
        WHERE {_scope(table)} AND d.id = ANY (p_ids);
        """,  # noqa: S608  # names of our own
    )


def listing(table: str) -> str:
    """`<table>_list(tenant, locale, statuses, order, key, id, first, staff)`: a walk a status."""
    return _reader(
        f"{table}_list",
        "tenant uuid, p_locale text, p_statuses text[], p_order text, p_key text, p_id uuid, "
        "p_first integer, p_staff boolean",
        f"{_DOCUMENT}, sort_key text",
        f"""
        IF cardinality(p_statuses) = 1 THEN
            {_by_order(table, _walk)}
        ELSE
            {_by_order(table, _walks)}
        END IF;
        """,
        # The walk is right at any size; an estimate made of few rows must not talk it away.
        settings="SET plan_cache_mode = force_generic_plan SET enable_bitmapscan = off "
        "SET enable_seqscan = off SET jit = off",
    )


def _by_order(table: str, statement: Callable[[str, Order], str]) -> str:
    branches = "\n".join(
        f"WHEN '{name}' THEN RETURN QUERY {statement(table, order)};"
        for name, order in ORDERS.items()
    )
    return f"CASE p_order {branches} END CASE;"


def _walk(table: str, order: Order) -> str:
    """One status, which nearly every list asks for: the index has it in order.

    The output column must not be named like a key, or PostgreSQL would sort by its text.
    """
    return f"""
        SELECT {_COLUMNS}, ({order.key})::text AS sort_key FROM {table} d
        WHERE {_scope(table)} AND d.status = p_statuses[1]
          AND ({order.key}, d.id) {order.comparison} (p_key::{order.type}, p_id)
        ORDER BY {order.by} LIMIT p_first
    """  # noqa: S608  # names of our own


def _walks(table: str, order: Order) -> str:
    """Several statuses: the beginning of each, sorted together."""
    return f"""
        SELECT {_COLUMNS}, d.sort_key::text
        FROM unnest(p_statuses) AS wanted (status) CROSS JOIN LATERAL (
            SELECT d.*, {order.key} AS sort_key FROM {table} d
            WHERE {_scope(table)} AND d.status = wanted.status
              AND ({order.key}, d.id) {order.comparison} (p_key::{order.type}, p_id)
            ORDER BY {order.by} LIMIT p_first
        ) d
        ORDER BY d.{order.by.replace(order.key, "sort_key").replace(", id", ", d.id")}
        LIMIT p_first
    """  # noqa: S608  # names of our own


def _scope(table: str) -> str:
    return f"""
        d.tenant_id = tenant AND d.locale = p_locale AND d.projection_version = (
            SELECT p.version FROM index_projections p
            WHERE p.kind = '{table.removeprefix("index_")}' AND p.state = 'active')
    """  # noqa: S608  # names of our own


def _reader(name: str, inputs: str, outputs: str, body: str, settings: str = "") -> str:
    types = ", ".join(part.split()[-1] for part in inputs.split(", "))
    return f"""
        CREATE OR REPLACE FUNCTION {name}({inputs}) RETURNS TABLE ({outputs})
        LANGUAGE plpgsql VOLATILE {settings} AS $rustok$
        #variable_conflict use_column
        BEGIN
            PERFORM set_config('{SETTING}', tenant::text, true);
            {body}
        END
        $rustok$;
        REVOKE ALL ON FUNCTION {name}({types}) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION {name}({types}) TO {RUNTIME}, {WORKER};
    """


_FIND_INPUTS = (
    "p_locale text, p_statuses text[], p_config text, p_words text, p_exact text, "
    "p_names text[], p_filters text[], p_ids uuid[], p_amount_min bigint, p_amount_max bigint, "
    "p_published_before timestamptz, p_order text, p_key text, p_id uuid, p_first integer, "
    "p_counted text[], p_total boolean, p_known text, p_staff boolean"
)
_FIND_OUTPUTS = (
    "ids uuid[], locales text[], versions bigint[], handles text[], statuses text[], "
    "bodies text[], staff text[], keys text[], "
    "state text, counted_values text[], counts integer[], "
    "total bigint, amount_min bigint, amount_max bigint"
)


def find(table: str, kind: str) -> str:
    """`<table>_find(...)` as the definer, and `<table>_search(tenant, ...)` that opens it.

    `p_names` and `p_filters` are parallel: a facet's name and the tsquery of its chosen values.
    `state` names what the counts were made of; where it equals `p_known` they are not made again.
    """
    names = [part.split()[0] for part in _FIND_INPUTS.split(", ")]
    types = ", ".join(part.split()[-1] for part in _FIND_INPUTS.split(", "))
    search = _reader(
        f"{table}_search",
        f"tenant uuid, {_FIND_INPUTS}",
        _FIND_OUTPUTS,
        f"RETURN QUERY SELECT * FROM {table}_find({', '.join(names)});",  # noqa: S608  # names of our own
    )
    return f"""
        CREATE OR REPLACE FUNCTION {table}_find({_FIND_INPUTS}) RETURNS TABLE ({_FIND_OUTPUTS})
        LANGUAGE plpgsql STABLE SECURITY DEFINER
        SET search_path = public, pg_temp SET jit = off SET enable_seqscan = off
        SET work_mem = '32MB' AS $rustok$
        {_find_body(table, kind)}
        $rustok$;
        ALTER FUNCTION {table}_find({types}) OWNER TO {DEFINER};
        REVOKE ALL ON FUNCTION {table}_find({types}) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION {table}_find({types}) TO {RUNTIME}, {WORKER};
        {search}
    """


def _find_body(table: str, kind: str) -> str:
    text = files("rustok.core.db").joinpath("document_find.sql").read_text()
    orders = ORDERS.items()
    marks = {
        "walks": "\n".join(_filtered_walk(name, order) for name, order in orders),
        "gatherings": "\n".join(_gathering(name, order) for name, order in orders),
        "table": table,
        "kind": kind,
        "tenant": TENANT,
    }
    for mark, value in marks.items():
        text = text.replace(f"<{mark}>", value)
    return text


def _filtered_walk(name: str, order: Order) -> str:
    key = order.key_of("d.")
    by = order.by.replace(order.key, key).replace(", id", ", d.id")
    return f"""
        WHEN '{name}' THEN
            SELECT array_agg(page.id), array_agg(page.key::text) INTO ids, keys FROM (
                SELECT walked.id, walked.key FROM (
                    SELECT d.id, {key} AS key, d.facets, d.search,
                        d.amount_min, d.amount_max, d.published_at
                    FROM <table> d
                    WHERE d.tenant_id = tenant AND d.projection_version = active
                      AND d.locale = p_locale AND d.status = p_statuses[1]
                      AND ({key}, d.id) {order.comparison} (p_key::{order.type}, p_id)
                    ORDER BY {by} LIMIT 2000) walked
                WHERE (label IS NULL OR walked.facets @@ label)
                  AND (query IS NULL OR walked.search @@ query)
                  AND (p_amount_min IS NULL OR walked.amount_max >= p_amount_min)
                  AND (p_amount_max IS NULL OR walked.amount_min <= p_amount_max)
                  AND (p_published_before IS NULL OR walked.published_at <= p_published_before)
                LIMIT p_first) page;
    """  # noqa: S608  # names of our own


def _gathering(name: str, order: Order) -> str:
    by = order.by.replace(order.key, "key", 1)
    return f"""
        WHEN '{name}' THEN
            page := format($q$SELECT id, key FROM (
                    SELECT id, {order.key} AS key FROM <table> WHERE %s %s) hit
                WHERE (key, id) {order.comparison} (%L::{order.type}, %L::uuid)
                ORDER BY {by} LIMIT %s$q$, filtered, gathered, p_key, p_id, p_first);
    """  # noqa: S608  # names of our own
