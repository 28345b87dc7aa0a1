"""The statements that open a transaction with its tenant, each one round trip."""

from uuid import UUID

SETTING = "rustok.tenant_id"


def begin(tenant_id: UUID, *, read_only: bool, snapshot: bool = False) -> str:
    """BEGIN and the transaction-local tenant; a UUID's text needs no quoting.

    With `snapshot`, all its statements see the same moment.
    """
    mode = " ISOLATION LEVEL REPEATABLE READ" if snapshot else ""
    mode += " READ ONLY" if read_only else ""
    return f"BEGIN{mode}; {switch(tenant_id)}"


def switch(tenant_id: UUID) -> str:
    """Sets the tenant of the open transaction."""
    return f"SELECT set_config('{SETTING}', '{tenant_id}', true)"
