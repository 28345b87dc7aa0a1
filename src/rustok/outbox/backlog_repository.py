"""The SQL statement that counts what waits."""

from rustok.core.pressure import Waiting
from rustok.core.sql import Query

BACKLOG = Query(
    "SELECT consumer, tenant_id, events FROM sys_backlog(:modules, :tenant_most, :most)",
    Waiting,
    modules=list[str],
    tenant_most=int,
    most=int,
)
