"""SQL of the idempotency keys."""

from datetime import datetime

import msgspec

from rustok.core.sql import Query, Statement


class KeyRow(msgspec.Struct, frozen=True, gc=False):
    """A key that was used, with the sealed answer it got."""

    fingerprint: bytes
    status: int
    headers: bytes
    body: bytes


TRY_LOCK = Query(
    """
    SELECT pg_try_advisory_xact_lock(
        hashtextextended(concat_ws(' ', :tenant_id::uuid, :caller::text, :key::text), 0))
    """,
    bool,
    caller=str,
    key=str,
)

FIND = Query(
    """
    SELECT fingerprint, status, headers, body FROM sys_idempotency_keys
    WHERE tenant_id = :tenant_id AND caller = :caller AND key = :key AND expires_at > :now
    """,
    KeyRow,
    caller=str,
    key=str,
    now=datetime,
)

PUT = Statement(
    """
    INSERT INTO sys_idempotency_keys
        (tenant_id, caller, key, fingerprint, status, headers, body, expires_at)
    VALUES (:tenant_id, :caller, :key, :fingerprint, :status, :headers, :body, :expires_at)
    ON CONFLICT (tenant_id, caller, key) DO UPDATE SET
        fingerprint = excluded.fingerprint, status = excluded.status,
        headers = excluded.headers, body = excluded.body, expires_at = excluded.expires_at
    """,
    caller=str,
    key=str,
    fingerprint=bytes,
    status=int,
    headers=bytes,
    body=bytes,
    expires_at=datetime,
)

PRUNE = Statement(
    "DELETE FROM sys_idempotency_keys WHERE tenant_id = :tenant_id AND expires_at <= :now",
    now=datetime,
)
