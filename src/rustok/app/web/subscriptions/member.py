"""Who is at the other end of a stream: verified at its beginning, and again while it lasts."""

import asyncio
from weakref import WeakSet

import msgspec

from rustok import gql
from rustok.app.web.operations import Operations
from rustok.core.context import ANONYMOUS, Context
from rustok.core.db.settings import DatabaseSettings
from rustok.core.errors import Unauthenticated
from rustok.core.graphql import GraphContext
from rustok.core.host import Host
from rustok.core.identity import Authenticator
from rustok.core.tenants import TenantDirectory


class Members:
    """Makes members of verified contexts."""

    def __init__(self, host: Host, operations: Operations) -> None:
        self.host = host
        self.operations = operations
        self.tenants = host.get(TenantDirectory)
        self.identity = host.get(Authenticator)
        self.time_limit = host.settings(DatabaseSettings).request_timeout_seconds

    def of(self, ctx: Context, authorization: str | None) -> "Member":
        """The member of a context that was made with this header."""
        token = None if authorization is None else bearer(authorization)
        return Member(self, ctx, token)


class Member:
    """Implements gql.Listener. `caller` is another object once anything about it has changed."""

    def __init__(self, members: Members, ctx: Context, token: str | None) -> None:
        self._members = members
        self._ctx = msgspec.structs.replace(ctx, after=None)
        self._token = token
        self._contexts: WeakSet[GraphContext] = WeakSet()
        self.caller = members.operations.caller(ctx)

    @property
    def ctx(self) -> Context:
        """The context of something that begins now, with a time limit of its own."""
        deadline = asyncio.get_running_loop().time() + self._members.time_limit
        return msgspec.structs.replace(self._ctx, deadline=deadline)

    def context(self) -> GraphContext:
        """What resolvers get, made anew for each event."""
        made = GraphContext(self.ctx, self._members.host, renew=self.context)
        self._contexts.add(made)
        return made

    def leave(self) -> None:
        """Ends what is still being loaded for them."""
        for context in self._contexts:
            context.close()

    async def sign_in(self, authorization: str) -> None:
        """Becomes who the header's token speaks for; raises as `verify`."""
        self._token = bearer(authorization)
        await self.verify()

    async def verify(self) -> None:
        """Looks again at token, tenant, permissions and modules.

        Raises Unauthenticated, Forbidden, TenantUnknown, and Unavailable where nobody can say.
        """
        members = self._members
        tenant = await members.tenants.by_id(self._ctx.tenant.id)
        actor = ANONYMOUS
        if self._token is not None:
            actor = await members.identity.authenticate(tenant, self._token)
        if tenant != self._ctx.tenant or actor != self._ctx.actor:
            self._ctx = msgspec.structs.replace(self._ctx, tenant=tenant, actor=actor)
            self.caller = members.operations.caller(self._ctx)
        elif members.operations.off(self._ctx) != self.caller.disabled:
            self.caller = members.operations.caller(self._ctx)

    async def answers(self, operation: gql.Operation) -> gql.Answers | gql.Result:
        """Runs one operation."""
        return await self._members.operations.stream(operation, self.ctx, self)

    async def message(self) -> gql.Result | None:
        """Why they may send no more messages for now."""
        return await self._members.operations.message(self.ctx)

    def refusal(self, operation: gql.Operation) -> gql.Result | None:
        """Why they may not run an operation any more."""
        return self._members.operations.refusal(operation, self._ctx, self.caller)


def bearer(authorization: str) -> str:
    """The token of the header's value; raises Unauthenticated."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("The header Authorization has the form: Bearer TOKEN.")
    return token.strip()
