"""Answers public queries from what is kept, and keeps what it has to run."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Protocol
from uuid import UUID

import msgspec

from rustok import gql
from rustok.app.web.responses.answer import Answer
from rustok.app.web.responses.positions import Positions
from rustok.app.web.responses.sharing import SharedAnswers
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


class Raw(msgspec.Struct, frozen=True):
    """The bytes of a request that its answer depends on, and the state of tenants they met."""

    key: Key
    tenancy: int


class Asked(msgspec.Struct, frozen=True):
    """How a request asks: for which media type, and by which bytes where they say it all."""

    media: str
    raw: Raw | None


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
        shared: SharedAnswers | None = None,
    ) -> None:
        self._shared = shared
        self._store = store
        self._changes = changes
        self._positions = positions
        self._tally = tally
        self._max_age = max_age
        self._tenancy = 0
        changes.listen(store.drop)

    def note(self, raw: Key) -> Raw:
        """A request's bytes, before anything of it is read; to be shown when it is answered."""
        return Raw(raw, self._tenancy)

    def find(self, raw: Key) -> Answer | None:
        """The answer to a request of these bytes, of which nothing need be read then."""
        if not self._changes.heard:
            return None
        found = self._store.find_raw(raw)
        if found is not None:
            self._tally.kept(found.operation)
        return found

    def tenants_changed(self, text: str) -> None:
        """Forgets the tenant of this id, or all for an empty text; called by the signal."""
        self._tenancy += 1
        self._store.drop(UUID(text) if text else None)

    @property
    def is_on(self) -> bool:
        """Whether anything is kept at all."""
        return self._store.entries > 0

    def may_keep(self, granted: gql.Granted, ctx: Context) -> bool:
        """Whether the operation's answer is the same for everyone, until documents change."""
        return (
            self.is_on
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
            self._keep_raw(key, ctx, asked)
            return found
        return await self._make(key, begun, granted, ctx, asked, run)

    async def _make(
        self, key: Key, begun: int, granted: gql.Granted, ctx: Context, asked: Asked, run: Run
    ) -> Answer | gql.Result:
        name = self._tally.name(granted)
        shelf = self._store.shelf(ctx.tenant)  # before anything is read
        is_others = False

        async def make(number: int) -> Answer | gql.Result:
            nonlocal is_others
            response, is_others = await self._respond(ctx, key, begun, asked, run)
            if isinstance(response, gql.Result):
                return response
            answer = Answer.of(
                response,
                max_age=self._max_age,
                operation=name,
                tenant_id=ctx.tenant.id,
                cost=granted.cost,
            )
            size = len(answer.body) + _length(key)
            # another process may have begun its answer before whatever a token names
            flight = 0 if is_others else number
            if self._store.put(shelf, key, answer, begun=flight, cost=size):
                self._keep_raw(key, ctx, asked)
            return answer

        asks_others = self._shared is not None and not begun
        joined = ("shared", *key) if asks_others else key
        made, was_ours = await self._store.once(shelf, joined, make, begun=begun)
        if was_ours and not is_others:
            self._tally.missed(name)
            return made
        if isinstance(made, gql.Result):  # errors are told to everyone under their own request
            return await run()
        self._tally.kept(name)
        return made

    async def _respond(
        self, ctx: Context, key: Key, begun: int, asked: Asked, run: Run
    ) -> tuple[gql.Response | gql.Result, bool]:
        """What the operation comes to, and whether another process had run it.

        Who must see a change of their own is not given what others made before.
        """
        if self._shared is not None and not begun:
            return await self._shared.respond(ctx, key, run, asked.media)
        result = await run()
        if result.errors or not result.executed:
            return result, False
        return gql.render(result, asked.media), False

    def _keep_raw(self, key: Key, ctx: Context, asked: Asked) -> None:
        """Lets what is kept for the key be found by the request's bytes.

        Which tenant these mean must not have changed since they came.
        """
        if asked.raw is None or asked.raw.tenancy != self._tenancy or ctx.after is not None:
            return
        self._store.put_raw(ctx.tenant, key, asked.raw.key, cost=_length(asked.raw.key))


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
