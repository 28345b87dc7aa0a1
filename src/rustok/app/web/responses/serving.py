"""Answers public queries from what is kept, and keeps what it has to run."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, Protocol

import msgspec

from rustok import gql
from rustok.app.web.responses.answer import Answer
from rustok.app.web.responses.positions import Positions
from rustok.app.web.responses.store import ResponseStore
from rustok.core.context import Context
from rustok.core.documents import DocumentChanges

Run = Callable[[], Awaitable[gql.Result]]
Key = tuple[str | bytes | None, ...]

_ENCODER = msgspec.json.Encoder(order="deterministic")


class Tally(Protocol):
    """Counts what became of public queries, under names that are not too many."""

    def name(self, granted: gql.Granted) -> str:
        """The name to count an operation under."""
        ...

    def kept(self, name: str) -> None:
        """A kept answer was given."""
        ...

    def missed(self, name: str) -> None:
        """None was there, though it might have been."""
        ...


class Asked(msgspec.Struct, frozen=True):
    """How a request asks: for which media type, and by which bytes where they say it all."""

    media: str
    raw: Key | None


class PublicResponses:
    """The kept answers to anonymous callers' public queries.

    They fall with any change of their tenant's documents. While this process may have missed one,
    nothing is kept and nothing that was kept is given.
    """

    def __init__(
        self,
        store: ResponseStore[Answer],
        changes: DocumentChanges,
        positions: Positions,
        tally: Tally,
        *,
        max_age: int,
    ) -> None:
        self._store = store
        self._changes = changes
        self._positions = positions
        self._tally = tally
        self._max_age = max_age
        changes.listen(store.drop)

    def find(self, raw: Key | None, ctx: Context) -> Answer | None:
        """The answer to a request of these bytes, so that nothing of it need be read."""
        if raw is None or not self._store.entries or not self._changes.heard:
            return None
        found = self._store.find(ctx.tenant, raw)
        if found is not None:
            self._tally.kept(found.operation)
        return found

    def may_keep(self, granted: gql.Granted, ctx: Context) -> bool:
        """Whether the operation's answer is the same for everyone, until documents change."""
        return (
            self._store.entries > 0
            and granted.prepared.is_cacheable
            and ctx.actor.kind == "anonymous"
            and ctx.unit is None
            and self._changes.heard
        )

    async def answer(
        self, operation: gql.Operation, granted: gql.Granted, ctx: Context, asked: Asked, run: Run
    ) -> Answer | gql.Result:
        """What is kept, or what one run of the operation comes to; a result is the caller's own."""
        begun = await self._positions.reached(ctx)
        if begun is None:
            return await run()
        key = _key(operation, granted, ctx, asked.media)
        if key is None:
            return await run()
        found = self._store.find(ctx.tenant, key, begun=begun)
        if found is not None:
            self._tally.kept(found.operation)
            self._keep_raw(found, ctx, asked)
            return found
        return await self._make(key, begun, granted, ctx, asked, run)

    async def _make(
        self, key: Key, begun: int, granted: gql.Granted, ctx: Context, asked: Asked, run: Run
    ) -> Answer | gql.Result:
        name = self._tally.name(granted)
        shelf = self._store.shelf(ctx.tenant)  # before anything is read

        async def make(number: int) -> Answer | gql.Result:
            result = await run()
            if result.errors or not result.executed:
                return result
            response = gql.render(result, asked.media)
            answer = Answer.of(response, max_age=self._max_age, operation=name)
            cost = len(answer.body) + _length(key)
            if self._store.put(shelf, key, answer, begun=number, cost=cost):
                self._keep_raw(answer, ctx, asked)
            return answer

        made, was_ours = await self._store.once(shelf, key, make, begun=begun)
        if was_ours:
            self._tally.missed(name)
            return made
        if isinstance(made, gql.Result):  # errors are told to everyone under their own request
            return await run()
        self._tally.kept(name)
        return made

    def _keep_raw(self, answer: Answer, ctx: Context, asked: Asked) -> None:
        """Lets the answer, which is on the tenant's shelf right now, be found by bytes, too."""
        if asked.raw is None:
            return
        cost = len(answer.body) + _length(asked.raw)
        self._store.put(self._store.shelf(ctx.tenant), asked.raw, answer, begun=0, cost=cost)


def raw_key(scope: Any, ctx: Context, body: bytes) -> Key | None:
    """What a request's answer depends on besides its tenant, unread; None where on more."""
    if ctx.actor.kind != "anonymous" or ctx.after is not None or ctx.unit is not None:
        return None
    accept = content_type = None
    for name, value in scope["headers"]:
        if name == b"accept":
            accept = value
        elif name == b"content-type":
            content_type = value
    if scope["method"] == "POST":
        return ctx.locale, accept, content_type, body
    return ctx.locale, accept, scope["query_string"]


def _key(operation: gql.Operation, granted: gql.Granted, ctx: Context, media: str) -> Key | None:
    """The plan, its variables and what else the answer depends on; None where it has no bytes."""
    prepared = granted.prepared
    try:
        variables = _ENCODER.encode(operation.variables)
    except (OverflowError, RecursionError, UnicodeEncodeError):
        return None
    digest = sha256(operation.query.encode("utf-8", "surrogatepass")).digest()
    return prepared.schema_version, digest, prepared.name, variables, ctx.locale, media


def _length(key: Key) -> int:
    return sum(len(part) for part in key if part is not None)
