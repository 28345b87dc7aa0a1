"""The SQL of the journal of switched modules."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement


class ChangeRow(msgspec.Struct, frozen=True, gc=False):
    """A switch of a module, as far as it went."""

    id: UUID
    module: str
    action: str
    state: str
    error: str | None
    started_at: datetime
    ended_at: datetime | None


START = Statement(
    """
    INSERT INTO tenant_module_changes (tenant_id, id, module, action, state, started_at)
    VALUES (:tenant_id, :id, :module, :action, 'started', :now)
    """,
    id=UUID,
    module=str,
    action=str,
    now=datetime,
)

FINISH = Statement(
    """
    UPDATE tenant_module_changes SET state = 'done', error = NULL, ended_at = :now
    WHERE tenant_id = :tenant_id AND id = :id
    """,
    id=UUID,
    now=datetime,
)

FAIL = Statement(
    """
    UPDATE tenant_module_changes SET state = 'failed', error = :error, ended_at = :now
    WHERE tenant_id = :tenant_id AND id = :id AND state = 'started'
    """,
    id=UUID,
    error=str,
    now=datetime,
)

ABANDON = Statement(
    """
    UPDATE tenant_module_changes SET state = 'failed', error = :error, ended_at = :now
    WHERE tenant_id = :tenant_id AND state = 'started' AND started_at < :before
    """,
    error=str,
    now=datetime,
    before=datetime,
)

LEFT = Query(
    """
    SELECT DISTINCT tenant_id FROM tenant_module_changes
    WHERE state = 'started' AND started_at < :before
    """,
    UUID,
    before=datetime,
)

LATEST = Query(
    """
    SELECT id, module, action, state, error, started_at, ended_at FROM tenant_module_changes
    WHERE tenant_id = :tenant_id AND module = :module
    ORDER BY id DESC LIMIT :most
    """,
    ChangeRow,
    module=str,
    most=int,
)
