"""Buckets of rate limits that all processes share."""

from rustok.core.db.ddl import DEFINER, RUNTIME, WORKER
from rustok.core.migration import run

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None

# No log is written for it, and a crash of the server empties it: then every bucket is full again.
BUCKETS = f"""
    CREATE UNLOGGED TABLE sys_rate_buckets (
        key bytea PRIMARY KEY,
        tokens double precision NOT NULL,
        at timestamptz NOT NULL,
        full_at timestamptz NOT NULL
    ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.5);
    GRANT SELECT, INSERT, UPDATE, DELETE ON sys_rate_buckets TO {DEFINER};
    COMMENT ON TABLE sys_rate_buckets IS
        'Tokens of rate limits by a digest of whom they belong to; without a row there are all.';
"""

# Keys are taken in their order, so that two that ask for the same ones do not wait for each other.
# Asks that get nothing write nothing. Full buckets are swept now and then, by whoever comes: it is
# seldom enough, and no index on what changes each time costs the updates in place.
TAKE = f"""
    CREATE FUNCTION sys_take_tokens(
        p_keys bytea[], p_amounts double precision[], p_rates double precision[],
        p_least bigint[], p_most bigint[], p_back bigint[])
    RETURNS TABLE (place bigint, granted bigint, "left" double precision)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off AS $$
    #variable_conflict use_column
    DECLARE
        asked record;
        bucket record;
        moment timestamptz;
        given bigint;
        had double precision;
    BEGIN
        PERFORM set_config('synchronous_commit', 'off', true);
        FOR asked IN
            SELECT * FROM unnest(p_keys, p_amounts, p_rates, p_least, p_most, p_back)
                WITH ORDINALITY AS a(key, amount, rate, least, most, back, place)
            ORDER BY a.key
        LOOP
            SELECT b.tokens, b.at INTO bucket FROM sys_rate_buckets b
            WHERE b.key = asked.key FOR UPDATE;
            IF NOT FOUND THEN
                moment := clock_timestamp();
                INSERT INTO sys_rate_buckets VALUES (asked.key, asked.amount, moment, moment)
                ON CONFLICT (key) DO NOTHING;
                SELECT b.tokens, b.at INTO STRICT bucket FROM sys_rate_buckets b
                WHERE b.key = asked.key FOR UPDATE;
            END IF;
            moment := greatest(clock_timestamp(), bucket.at);
            had := least(asked.amount, bucket.tokens + asked.back
                + extract(epoch FROM moment - bucket.at) * asked.rate);
            given := least(asked.most, floor(had)::bigint);
            IF given < asked.least THEN
                given := 0;
            END IF;
            IF given > 0 OR asked.back > 0 THEN
                UPDATE sys_rate_buckets SET tokens = had - given, at = moment,
                    full_at = moment + make_interval(
                        secs => (asked.amount - had + given) / asked.rate)
                WHERE key = asked.key;
            END IF;
            place := asked.place;
            granted := given;
            "left" := had - given;
            RETURN NEXT;
        END LOOP;
        IF random() < 0.001 THEN
            DELETE FROM sys_rate_buckets WHERE key IN (
                SELECT b.key FROM sys_rate_buckets b
                WHERE b.full_at < clock_timestamp() LIMIT 1000 FOR UPDATE SKIP LOCKED);
        END IF;
    END $$;
    ALTER FUNCTION sys_take_tokens(bytea[], double precision[], double precision[],
        bigint[], bigint[], bigint[]) OWNER TO {DEFINER};
    REVOKE ALL ON FUNCTION sys_take_tokens(bytea[], double precision[], double precision[],
        bigint[], bigint[], bigint[]) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION sys_take_tokens(bytea[], double precision[], double precision[],
        bigint[], bigint[], bigint[]) TO {RUNTIME}, {WORKER};
    COMMENT ON FUNCTION sys_take_tokens(bytea[], double precision[], double precision[],
        bigint[], bigint[], bigint[]) IS
        'Takes least to most tokens out of each bucket, or none, after giving some back.';
"""  # a constant


def upgrade() -> None:
    """Creates the table, and the one way to it."""
    run(BUCKETS, TAKE)
