"""Runs the operations of a request, unless there is an answer for everyone already."""

from functools import partial

from rustok import gql
from rustok.app.web.operations import Operations
from rustok.app.web.responses.answer import Answer
from rustok.app.web.responses.positions import Positions
from rustok.app.web.responses.serving import Asked, PublicResponses, Tally
from rustok.app.web.responses.sharing import shared_answers
from rustok.app.web.responses.store import ResponseStore
from rustok.app.web.settings import GraphQLSettings
from rustok.core.cache import Caches
from rustok.core.context import Context
from rustok.core.documents import DocumentChanges
from rustok.core.events.ports import LogProgress
from rustok.core.host import Host
from rustok.core.modules.states import ModuleStates
from rustok.core.signals import Signals
from rustok.index import service as index
from rustok.index.consumer import consumer_name
from rustok.tenant.service import CHANNEL


class PublicOperations:
    """The operations of anonymous callers; those of others run as ever."""

    def __init__(self, operations: Operations, responses: PublicResponses) -> None:
        self._operations = operations
        self._responses = responses

    async def run(
        self, operation: gql.Operation, ctx: Context, caller: gql.Caller, asked: Asked
    ) -> Answer | gql.Result:
        """What is kept for the operation, or what it comes to; raises what `enter` raises."""
        granted = self._operations.grant(operation, ctx, caller)
        if isinstance(granted, gql.Result):
            return granted
        admitted, plan = granted
        await self._operations.enter(plan, ctx)
        run = partial(self._operations.run_granted, admitted, plan, ctx, caller)
        if not self._responses.may_keep(plan, ctx):
            return await run()
        if admitted.digest is not None and operation.query:
            self._operations.learn(admitted, ctx)
            asked = Asked(asked.media, None)  # its bytes alone would teach nothing the next time
        return await self._responses.answer(admitted, plan, ctx, asked, run)


def public_operations(
    host: Host, operations: Operations, tally: Tally, settings: GraphQLSettings
) -> PublicOperations:
    """The operations over a store of their own, which changes of documents empty."""
    store: ResponseStore[Answer] = ResponseStore(
        entries=settings.response_cache, size=settings.response_cache_bytes
    )
    kinds = [consumer_name(each.kind.name) for each in index.projections(host)]
    positions = Positions(lambda: host.find(LogProgress), lambda: kinds, lambda: store.next_flight)
    caches, changes = host.get(Caches), host.get(DocumentChanges)
    responses = PublicResponses(
        store,
        changes,
        positions,
        tally,
        max_age=settings.response_max_age,
        shared=shared_answers(caches, changes),
    )
    caches.count("responses", lambda: (store.hits, store.misses))
    host.get(Signals).listen(CHANNEL, responses.tenants_changed)
    host.get(ModuleStates).listen(lambda *_: responses.tenants_changed(""))
    host.provide(PublicResponses, responses)
    return PublicOperations(operations, responses)
