"""What happens when a tenant switches the module off."""

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.host import Host
from rustok_reviews import repository
from rustok_reviews.errors import ReviewsPending


async def on_disable(_ctx: Context, session: WriteSession, _host: Host) -> None:
    """Nobody is left waiting: raises ReviewsPending while reviews await a moderator."""
    pending = await session.one(repository.PENDING)
    if pending:
        raise ReviewsPending(f"{pending} reviews await a moderator: approve or reject them first.")
