"""Every SQL statement of the tenant module."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement


class FoundRow(msgspec.Struct, frozen=True, gc=False):
    """A tenant as the directory finds it."""

    id: UUID
    slug: str
    name: str
    status: str
    default_locale: str
    locales: list[str]
    currency: str
    settings: str
    disabled_modules: list[str]


class TenantRow(msgspec.Struct, frozen=True, gc=False):
    """A tenant with its domains."""

    id: UUID
    slug: str
    name: str
    status: str
    default_locale: str
    locales: list[str]
    currency: str
    settings: str
    version: int
    domains: list[str]


FIND = Query("SELECT * FROM tenant_find(:by, :key)", FoundRow, by=str, key=str)

TENANT = Query(
    """
    SELECT id, slug, name, status, default_locale, locales, currency, settings, version,
           ARRAY(SELECT domain FROM tenant_domains WHERE owner_id = :tenant_id ORDER BY 1)
               AS domains
    FROM tenants WHERE id = :tenant_id
    """,
    TenantRow,
)

LOCK = Query("SELECT version FROM tenants WHERE id = :tenant_id FOR NO KEY UPDATE", int)

ALL = Query(
    "SELECT id FROM tenants WHERE status = ANY (:statuses) ORDER BY slug", UUID, statuses=list[str]
)

INSERT = Statement(
    """
    INSERT INTO tenants (id, slug, name, default_locale, locales, currency, settings,
                         created_at, updated_at)
    VALUES (:tenant_id, :slug, :name, :default_locale, :locales, :currency, :settings, :now, :now)
    """,
    slug=str,
    name=str,
    default_locale=str,
    locales=list[str],
    currency=str,
    settings=str,
    now=datetime,
)

UPDATE = Statement(
    """
    UPDATE tenants
    SET name = :name, default_locale = :default_locale, locales = :locales, settings = :settings,
        status = :status, version = version + 1, updated_at = :now
    WHERE id = :tenant_id
    """,
    name=str,
    default_locale=str,
    locales=list[str],
    settings=str,
    status=str,
    now=datetime,
)

DELETE_DOMAINS = Statement("DELETE FROM tenant_domains WHERE owner_id = :tenant_id")

INSERT_DOMAINS = Statement(
    """
    INSERT INTO tenant_domains (domain, owner_id)
    SELECT domain, :tenant_id FROM unnest(:domains::text[]) AS domain
    """,
    domains=list[str],
)

MODULES_OFF = Query(
    "SELECT module FROM tenant_modules WHERE tenant_id = :tenant_id AND NOT enabled", str
)

SWITCH_MODULE = Statement(
    """
    INSERT INTO tenant_modules (tenant_id, module, enabled, changed_at)
    VALUES (:tenant_id, :module, :enabled, :now)
    ON CONFLICT (tenant_id, module)
    DO UPDATE SET enabled = excluded.enabled, changed_at = excluded.changed_at
    """,
    module=str,
    enabled=bool,
    now=datetime,
)

NOTIFY = Statement("SELECT pg_notify('rustok_tenants', :tenant)", tenant=str)
