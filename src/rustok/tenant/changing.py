"""How a tenant's row is changed: locked, its version raised, its fact told to every process."""

from datetime import datetime

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.errors import PreconditionFailed
from rustok.core.events import Fact
from rustok.tenant import repository
from rustok.tenant.repository import TenantRow


async def locked(session: WriteSession, expected_version: int | None = None) -> TenantRow:
    """The context's tenant, locked; raises NotFound, PreconditionFailed."""
    version = await session.one(repository.LOCK)
    if expected_version is not None and expected_version != version:
        raise PreconditionFailed(extra={"version": version})
    return await session.one(repository.TENANT)


async def save(session: WriteSession, row: TenantRow, now: datetime) -> None:
    """Writes the row, one version higher."""
    await session.execute(
        repository.UPDATE,
        name=row.name,
        default_locale=row.default_locale,
        locales=row.locales,
        settings=row.settings,
        status=row.status,
        now=now,
    )


async def record(session: WriteSession, ctx: Context, fact: Fact, *, version: int) -> None:
    """Records a fact about the tenant, and signals that it changed."""
    session.record(fact, aggregate_id=ctx.tenant.id, aggregate_version=version)
    await session.execute(repository.NOTIFY, tenant=str(ctx.tenant.id))
