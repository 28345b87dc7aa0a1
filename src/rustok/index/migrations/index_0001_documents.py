"""Versions of projections, revisions of tenants' documents, the lexicon for typing errors."""

from rustok.core.db.ddl import DEFINER, RUNTIME, TENANT, WORKER, fence, open_to
from rustok.core.migration import run

revision = "index_0001"
down_revision = None
branch_labels = ("index",)
depends_on = ("core_0001", "tenant_0001")

PROJECTIONS = f"""
    CREATE TABLE index_projections (
        kind text NOT NULL,
        version integer NOT NULL,
        definition integer NOT NULL,
        state text NOT NULL CHECK (state IN ('building', 'active', 'retired')),
        filling_tenant uuid,
        filled_to uuid,
        started_at timestamptz NOT NULL DEFAULT now(),
        filled_at timestamptz,
        PRIMARY KEY (kind, version)
    );
    CREATE UNIQUE INDEX index_projections_active
        ON index_projections (kind) WHERE state = 'active';
    CREATE UNIQUE INDEX index_projections_building
        ON index_projections (kind) WHERE state = 'building';
    COMMENT ON TABLE index_projections IS
        'Fillings of each kind: one serves, one may be building beside it with how far it is.';
    COMMENT ON COLUMN index_projections.definition IS
        'The version that the projection''s own code declared.';
    GRANT SELECT ON index_projections TO {RUNTIME}, {WORKER}, {DEFINER};
    GRANT INSERT, UPDATE, DELETE ON index_projections TO {WORKER};
"""

REVISIONS = f"""
    CREATE TABLE index_revisions (
        tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
        kind text NOT NULL,
        revision bigint NOT NULL,
        PRIMARY KEY (tenant_id, kind)
    );
    COMMENT ON TABLE index_revisions IS
        'Counts the changes of a tenant''s documents: what was derived from them may be kept.';
    {fence("index_revisions", grants=("select",))}
    GRANT INSERT, UPDATE ON index_revisions TO {WORKER};
    {open_to(DEFINER, "index_revisions")}
"""

WORDS = f"""
    CREATE TABLE index_words (
        tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
        kind text NOT NULL,
        projection_version integer NOT NULL,
        locale text NOT NULL,
        word text COLLATE "C" NOT NULL,
        variants text[] NOT NULL,
        PRIMARY KEY (tenant_id, kind, projection_version, locale, word)
    );
    COMMENT ON TABLE index_words IS
        'Words of titles and keywords, with what is left of each when letters are left out: two '
        'words within a typing error of each other share such a rest.';
    {fence("index_words", grants=("select",))}
    GRANT INSERT, DELETE ON index_words TO {WORKER};
    {open_to(DEFINER, "index_words")}
    CREATE INDEX index_words_variants ON index_words USING gin (tenant_id, variants)
        WITH (fastupdate = off);

    CREATE FUNCTION index_words_near(p_kind text, p_locale text, p_variants text[])
    RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT w.word FROM index_words w
        WHERE w.tenant_id = {TENANT} AND w.variants && p_variants
          AND w.kind = p_kind AND w.locale = p_locale
          AND w.projection_version = (SELECT p.version FROM index_projections p
                                      WHERE p.kind = p_kind AND p.state = 'active')
        LIMIT 1000
    $$;
    ALTER FUNCTION index_words_near(text, text, text[]) OWNER TO {DEFINER};
    REVOKE ALL ON FUNCTION index_words_near(text, text, text[]) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION index_words_near(text, text, text[]) TO {RUNTIME}, {WORKER};
"""


def upgrade() -> None:
    """Creates what all kinds share; each kind's own table comes with its module."""
    run(PROJECTIONS, REVISIONS, WORDS)
