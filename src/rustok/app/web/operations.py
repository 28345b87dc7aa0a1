"""Runs GraphQL operations for a request's context, whichever transport they came by."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

from rustok import gql
from rustok.app.edge.refusals import result_of
from rustok.app.web.door import REFUSALS, Door
from rustok.app.web.limits import LimitSettings
from rustok.app.web.settings import GraphQLSettings
from rustok.app.web.standing import ModuleGate
from rustok.core.context import Context
from rustok.core.errors import RustokError
from rustok.core.graphql.context import GraphContext
from rustok.core.host import Host
from rustok.core.modules.states import ModuleStates
from rustok.core.settings import BadSettings, variable_name

ALLOW_LIST: Final = variable_name("graphql", "allow_list")
_log = structlog.get_logger("rustok.graphql")


class Operations:
    """Admits operations and runs them; transports only read requests and write answers."""

    def __init__(
        self,
        host: Host,
        schema: gql.Schema,
        settings: GraphQLSettings,
        door: Door,
        *,
        production: bool,
        observer: gql.Observer | None = None,
    ) -> None:
        limits = host.settings(LimitSettings)
        self._host = host
        self._engine = gql.Engine(schema, on_error=_report, describe=_describe, observer=observer)
        self._door = door
        self._gate = ModuleGate(host.get(ModuleStates), schema)
        self._production = production
        self._limits = {staff: limits.limits(staff=staff) for staff in (False, True)}
        self._allowed = _allow_list(settings)
        self._persisted = gql.PersistedQueries(
            entries=settings.persisted_queries, size=settings.persisted_queries_bytes
        )

    def caller(self, ctx: Context) -> gql.Caller:
        """What the context's actor may do here."""
        anonymous = ctx.actor.kind == "anonymous"
        return gql.Caller(
            authenticated=not anonymous,
            allowed=ctx.actor.may,
            limits=self._limits[is_staff(ctx)],
            disabled=self.off(ctx),
            introspection=not (anonymous and self._production),
        )

    def off(self, ctx: Context) -> frozenset[str]:
        """The modules whose fields the context may not ask for: off for its tenant, or failed."""
        return (self._host.modules.names - ctx.tenant.modules) | self._gate.off

    def admit(self, operation: gql.Operation, ctx: Context) -> gql.Operation:
        """The operation with the query that it names.

        Raises Refused where the query is not known, or not one of the list that binds the caller.
        """
        if self._allowed is not None and not is_staff(ctx):
            return self._allowed.complete(operation)
        return self._persisted.complete(operation, _owner(ctx))

    @property
    def engine(self) -> gql.Engine:
        """What runs them, for whoever looks at its counts."""
        return self._engine

    def grant(
        self, operation: gql.Operation, ctx: Context, caller: gql.Caller
    ) -> tuple[gql.Operation, gql.Granted] | gql.Result:
        """One operation that may run, with its query, or why it may not."""
        admitted = self._admitted(operation, ctx)
        if isinstance(admitted, gql.Result):
            return admitted
        granted = self._granted(admitted, ctx, caller)
        if isinstance(granted, gql.Result):
            return granted
        return admitted, granted

    async def enter(self, granted: gql.Granted, ctx: Context) -> None:
        """Lets the one operation of a request in, before it is answered; raises RateLimited."""
        await self._door.pass_through([granted], ctx)

    async def message(self, ctx: Context) -> gql.Result | None:
        """Takes one message over a stream, or says why not."""
        try:
            await self._door.take_message(ctx)
        except REFUSALS as error:
            return result_of(error)
        return None

    async def run_granted(
        self, admitted: gql.Operation, granted: gql.Granted, ctx: Context, caller: gql.Caller
    ) -> gql.Result:
        """Run what `grant` let through."""
        context = GraphContext(ctx, self._host)
        try:
            result = await self._engine.run(
                granted, context=context, caller=caller, request_id=ctx.request_id
            )
        except asyncio.CancelledError:
            context.close()
            raise
        self.learn(admitted, ctx)
        return result

    def learn(self, admitted: gql.Operation, ctx: Context) -> None:
        """Keeps the query of an operation that is valid, where the client gave it a name."""
        self._persisted.keep(admitted, _owner(ctx))

    async def run(self, operation: gql.Operation, ctx: Context, caller: gql.Caller) -> gql.Result:
        """Run one operation; nothing is raised for what is wrong with it."""
        try:
            (result,) = await self.run_batch([operation], ctx, caller)
        except REFUSALS as error:
            return result_of(error)
        return result

    async def run_batch(
        self, operations: Sequence[gql.Operation], ctx: Context, caller: gql.Caller
    ) -> list[gql.Result]:
        """Run operations one after the other, as `run` does; raises what `enter` raises."""
        admitted = [self._writable(operation, ctx, caller) for operation in operations]
        ready = [one for one in admitted if isinstance(one, gql.Operation)]
        context = GraphContext(ctx, self._host)
        try:
            results = await self._engine.execute_batch(
                ready,
                context=context,
                caller=caller,
                request_id=ctx.request_id,
                admit=lambda plans: self._door.pass_through(plans, ctx),
            )
        except asyncio.CancelledError:
            context.close()
            raise
        for operation, result in zip(ready, results, strict=True):
            if result.executed:  # so it is valid, and this caller may run it
                self._persisted.keep(operation, _owner(ctx))
        following = iter([self._gate.told(result, ctx) for result in results])
        return [next(following) if isinstance(o, gql.Operation) else o for o in admitted]

    async def stream(
        self, operation: gql.Operation, ctx: Context, listener: gql.Listener
    ) -> gql.Answers | gql.Result:
        """Answer a subscription for as long as it lasts, any other operation once."""
        admitted = self._admitted(operation, ctx)
        if isinstance(admitted, gql.Result):
            return admitted
        granted = self._granted(admitted, ctx, listener.caller, streams=True)
        if isinstance(granted, gql.Result):
            return granted
        if not granted.subscribes:
            return await self.run(operation, ctx, listener.caller)
        try:
            await self.enter(granted, ctx)
        except REFUSALS as error:
            return result_of(error)
        answers = await gql.subscribe(self._engine, admitted, listener, request_id=ctx.request_id)
        if isinstance(answers, gql.Result):
            return answers
        self._persisted.keep(admitted, _owner(ctx))
        return self._gate.told_all(answers, ctx)

    def refusal(
        self, operation: gql.Operation, ctx: Context, caller: gql.Caller
    ) -> gql.Result | None:
        """Why a caller may not run an operation that they could run before; None if they may."""
        admitted = self._admitted(operation, ctx)
        if isinstance(admitted, gql.Result):
            return admitted
        granted = self._granted(admitted, ctx, caller, streams=True)
        return granted if isinstance(granted, gql.Result) else None

    def _granted(
        self, admitted: gql.Operation, ctx: Context, caller: gql.Caller, *, streams: bool = False
    ) -> gql.Granted | gql.Result:
        granted = self._engine.grant(admitted, caller, streams=streams)
        if isinstance(granted, gql.Result):
            return self._gate.told(granted, ctx)
        return self._gate.refusal(granted) or granted

    def _writable(
        self, operation: gql.Operation, ctx: Context, caller: gql.Caller
    ) -> gql.Operation | gql.Result:
        """The operation of a batch as admitted, or why it may not write."""
        admitted = self._admitted(operation, ctx)
        if isinstance(admitted, gql.Result) or not self._gate.closed:
            return admitted
        granted = self._granted(admitted, ctx, caller)
        return granted if isinstance(granted, gql.Result) else admitted

    def _admitted(self, operation: gql.Operation, ctx: Context) -> gql.Operation | gql.Result:
        try:
            return self.admit(operation, ctx)
        except gql.Refused as refused:
            return gql.Result.refused(refused.problems)


def is_staff(ctx: Context) -> bool:
    """Whether the caller holds any permission: wider limits, and no allow-list."""
    return bool(ctx.actor.permissions)


def _owner(ctx: Context) -> str:
    return str(ctx.tenant.id)


def _allow_list(settings: GraphQLSettings) -> gql.AllowList | None:
    if settings.allow_list is None:
        return None
    path = Path(settings.allow_list)
    try:
        return gql.AllowList(gql.Manifest.of(path.read_bytes()).operations)
    except OSError as error:
        raise BadSettings([f"{ALLOW_LIST}: {path} cannot be read: {error.strerror}"]) from error
    except gql.ManifestError as error:
        raise BadSettings([f"{ALLOW_LIST}: {path}: {error}"]) from error


def _describe(error: Exception) -> gql.Problem | None:
    if isinstance(error, RustokError):
        extensions: dict[str, object] = dict(error.extra)
        if error.retry_after is not None:
            extensions["retryAfter"] = error.retry_after
        return gql.Problem(code=error.code, message=error.detail, extensions=extensions)
    return None


def _report(error: Exception, path: Sequence[str | int]) -> None:
    _log.error("resolver_failed", path=".".join(map(str, path)), exc_info=error)
