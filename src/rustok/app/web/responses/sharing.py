"""Answers to public queries that any process made, for the others that are asked the same."""

from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Final
from uuid import UUID

import msgspec

from rustok import gql
from rustok.core.cache import Caches, SharedCache
from rustok.core.context import Context
from rustok.core.documents import DocumentChanges
from rustok.core.tenants import tenant_scope

SECONDS: Final = 300.0
"""How long another process's answer is taken, where nothing of its tenant changes."""


class SharedAnswer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An answer without errors, as it was rendered."""

    content_type: str
    body: bytes


class SharedAnswers:
    """Falls with its tenant's documents and with the tenant, as every process hears of it.

    Answers are made from things that a process only knows by hearing of changes: so one bears a
    count from before the last second or two, and nothing is shared that soon after a change.
    """

    def __init__(
        self, cache: SharedCache[SharedAnswer], changes: DocumentChanges, caches: Caches
    ) -> None:
        self._cache = cache
        changes.listen(lambda tenant_id: caches.changed(_documents(tenant_id)))

    async def respond(
        self,
        ctx: Context,
        key: tuple[str | bytes | None, ...],
        run: Callable[[], Awaitable[gql.Result]],
        media: str,
    ) -> tuple[gql.Response | gql.Result, bool]:
        """The answer, and whether another process made it; a result is not for everyone."""
        owner = str(ctx.tenant.id)
        async with self._cache.turn(owner, _name(key), by_hearing=True) as turn:
            found = turn.value
            if found is not None:
                headers = {"content-type": found.content_type}
                return gql.Response(status=200, headers=headers, body=found.body), True
            result = await run()
            if result.errors or not result.executed:
                return result, False
            response = gql.render(result, media)
            shared = SharedAnswer(response.headers["content-type"], response.body)
            await turn.keep(shared, tenant_scope(owner), f"documents:{owner}")
            return response, False


def shared_answers(caches: Caches, changes: DocumentChanges) -> SharedAnswers | None:
    """None where processes share nothing."""
    cache = caches.shared("responses", SharedAnswer, seconds=SECONDS)
    return None if cache is None else SharedAnswers(cache, changes, caches)


def _documents(tenant_id: UUID | None) -> str | None:
    return None if tenant_id is None else f"documents:{tenant_id}"


def _name(key: tuple[str | bytes | None, ...]) -> str:
    return blake2b(msgspec.msgpack.encode(key), digest_size=16).hexdigest()
