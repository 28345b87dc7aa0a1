"""Every SQL statement about signing keys; they belong to no tenant."""

from datetime import datetime

import msgspec

from rustok.core.sql import Query, Statement


class KeyRow(msgspec.Struct, frozen=True, gc=False):
    """A key; the private half is sealed."""

    kid: str
    state: str
    public_key: bytes
    private_key: bytes
    published_at: datetime
    signs_since: datetime | None
    expires_at: datetime | None


ALL = Query(
    """
    SELECT kid, state, public_key, private_key, published_at, signs_since, expires_at
    FROM auth_signing_keys ORDER BY published_at, kid
    """,
    KeyRow,
)

LOCK = Statement("SELECT pg_advisory_xact_lock(hashtextextended('auth_signing_keys', 0))")

INSERT = Statement(
    """
    INSERT INTO auth_signing_keys
        (kid, state, public_key, private_key, published_at, signs_since)
    VALUES (:kid, :state, :public_key, :private_key, :now,
            CASE WHEN :state = 'current' THEN :now::timestamptz END)
    """,
    kid=str,
    state=str,
    public_key=bytes,
    private_key=bytes,
    now=datetime,
)

RETIRE = Statement(
    """
    UPDATE auth_signing_keys SET state = 'retiring', expires_at = :expires_at
    WHERE state = 'current'
    """,
    expires_at=datetime,
)

PROMOTE = Statement(
    "UPDATE auth_signing_keys SET state = 'current', signs_since = :now WHERE state = 'next'",
    now=datetime,
)

DELETE_EXPIRED = Statement("DELETE FROM auth_signing_keys WHERE expires_at <= :now", now=datetime)

DELETE_ALL = Statement("DELETE FROM auth_signing_keys")
