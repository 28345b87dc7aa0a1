-- The search of one kind of documents, as the definer; <words in brackets> are filled in by
-- document_functions.py. Statements are put together of this text and of values that format()
-- quotes, never of anything else: the planner then sees the values, and ts_stat takes a text.
#variable_conflict use_variable
DECLARE
    tenant uuid := <tenant>;
    active integer;
    query tsquery;
    scope text;
    price text := '';
    chosen text := '';
    others text;
    filtered text;
    page text;
    label tsquery;
    gathered text := '';
    more_values text[];
    more_counts integer[];
BEGIN
    SELECT p.version, p.version || ':' || coalesce(r.revision, 0) INTO active, state
    FROM index_projections p
    LEFT JOIN index_revisions r ON r.tenant_id = tenant AND r.kind = p.kind
    WHERE p.kind = '<kind>' AND p.state = 'active';
    IF tenant IS NULL OR active IS NULL THEN
        RETURN;
    END IF;
    scope := format('tenant_id = %L AND projection_version = %s AND locale = %L',
        tenant, active, p_locale);
    IF cardinality(p_statuses) = 1 THEN
        scope := scope || format(' AND status = %L', p_statuses[1]);
    ELSE
        scope := scope || format(' AND status = ANY (%L::text[])', p_statuses);
    END IF;
    IF p_words IS NOT NULL THEN
        query := to_tsquery(p_config::regconfig, p_words);
        scope := scope || format(' AND search @@ %L::tsquery', query);
    END IF;
    IF p_ids IS NOT NULL THEN
        scope := scope || format(' AND id = ANY (%L::uuid[])', p_ids);
    END IF;
    IF p_published_before IS NOT NULL THEN
        scope := scope || format(' AND published_at <= %L', p_published_before);
    END IF;
    IF p_amount_min IS NOT NULL THEN
        price := price || format(' AND amount_max >= %s', p_amount_min);
    END IF;
    IF p_amount_max IS NOT NULL THEN
        price := price || format(' AND amount_min <= %s', p_amount_max);
    END IF;
    IF cardinality(p_filters) > 0 THEN
        label := array_to_string(p_filters, ' & ')::tsquery;
        chosen := format(' AND facets @@ %L::tsquery', label);
    END IF;
    filtered := scope || price || chosen;

    -- Two ways to a page in an order: what is common is soon met on a walk along the order's
    -- index, what is rare is gathered through the index of lexemes and sorted. Nobody knows
    -- beforehand which it is, the planner's statistics included: so walk a little, then gather.
    IF p_order <> 'relevance' AND p_ids IS NULL AND cardinality(p_statuses) = 1 THEN
        CASE p_order
        <walks>
        END CASE;
    END IF;
    IF coalesce(cardinality(ids), 0) < p_first THEN
        IF query IS NOT NULL OR label IS NOT NULL THEN
            gathered := 'OFFSET 0';  -- what keeps the planner from the walk
        END IF;
        CASE p_order
        WHEN 'relevance' THEN
            page := format($q$SELECT id, key FROM (
                    SELECT id, ts_rank('{0.1, 0.2, 0.4, 1.0}', search, %1$L::tsquery)
                        + CASE WHEN search @@ %2$L::tsquery THEN 0.01::float4 ELSE 0 END AS key
                    FROM <table> WHERE %3$s LIMIT 1000) candidate
                WHERE (key, id) < (%4$L::float4, %5$L::uuid)
                ORDER BY key DESC, id DESC LIMIT %6$s$q$,
                query, to_tsquery(p_config::regconfig, p_exact), filtered,
                p_key, p_id, p_first);
        <gatherings>
        END CASE;
        EXECUTE format('SELECT array_agg(id), array_agg(key::text) FROM (%s) page', page)
        INTO ids, keys;
    END IF;
    SELECT array_agg(d.locale ORDER BY place), array_agg(d.aggregate_version ORDER BY place),
        array_agg(d.handle ORDER BY place), array_agg(d.status ORDER BY place),
        array_agg(d.body ORDER BY place), array_agg(CASE WHEN p_staff THEN d.staff END ORDER BY place)
    INTO locales, versions, handles, statuses, bodies, staff
    FROM unnest(ids) WITH ORDINALITY AS wanted (id, place)
    JOIN <table> d ON d.tenant_id = tenant AND d.projection_version = active
        AND d.id = wanted.id AND d.locale = p_locale;

    IF p_counted IS NOT NULL AND state IS DISTINCT FROM p_known THEN
        SELECT array_agg(word), array_agg(ndoc) INTO counted_values, counts
        FROM ts_stat(format('SELECT facets FROM <table> WHERE %s', filtered))
        WHERE (split_part(word, '=', 1) = ANY (p_counted)
               OR split_part(split_part(word, '=', 1), '.', 1) = ANY (p_counted))
          AND split_part(word, '=', 1) <> ALL (p_names);
        FOR n IN 1 .. cardinality(p_names) LOOP
            CONTINUE WHEN p_names[n] <> ALL (p_counted)
                AND split_part(p_names[n], '.', 1) <> ALL (p_counted);
            others := array_to_string(p_filters[: n - 1] || p_filters[n + 1 :], ' & ');
            IF others <> '' THEN
                others := format(' AND facets @@ %L::tsquery', others);
            END IF;
            SELECT array_agg(word), array_agg(ndoc) INTO more_values, more_counts
            FROM ts_stat(format('SELECT facets FROM <table> WHERE %s', scope || price || others))
            WHERE split_part(word, '=', 1) = p_names[n];
            counted_values := counted_values || more_values;
            counts := counts || more_counts;
        END LOOP;
        EXECUTE format('SELECT min(amount_min), max(amount_max) FROM <table> WHERE %s',
            scope || chosen) INTO amount_min, amount_max;
    END IF;
    IF p_total AND (p_counted IS NULL OR '' <> ALL (p_counted))
       AND state IS DISTINCT FROM p_known THEN
        EXECUTE format('SELECT count(*) FROM <table> WHERE %s', filtered) INTO total;
    END IF;
    RETURN NEXT;
END
