"""Builds the context of a request: tenant, then token, then the rest, in that order."""

import asyncio
import re
from urllib.parse import parse_qs

from rustok.app.edge.asgi import Scope, header
from rustok.app.edge.languages import asked, negotiated
from rustok.app.edge.origin import Origin, Origins
from rustok.app.edge.tenancy import Tenancy
from rustok.app.limits.requests import AnyLimits
from rustok.core.context import ANONYMOUS, Actor, Context, TenantRef
from rustok.core.errors import BadRequest, DeadlineExceeded, Unauthenticated
from rustok.core.identity import Authenticator

_TOKEN = re.compile(r"[0-9]{1,18}")


class InvalidAfter(BadRequest):
    """Rustok-After is not a position that this server gave out."""

    code = "INVALID_AFTER"
    title = "Invalid Rustok-After"


class Contexts:
    """Makes contexts; every way into the platform goes through it."""

    def __init__(
        self,
        tenancy: Tenancy,
        origins: Origins,
        identity: Authenticator,
        time_limit: float,
        limits: AnyLimits | None = None,
    ) -> None:
        self._tenancy = tenancy
        self._origins = origins
        self._identity = identity
        self._time_limit = time_limit
        self._limits = limits

    async def make(self, scope: Scope, request_id: str) -> Context:
        """The context; raises what is wrong with tenant, token, language or position.

        Raises RateLimited where the caller or the tenant has had as many requests as they may.
        """
        deadline = asyncio.get_running_loop().time() + self._time_limit
        origin = self._origins.read(scope)
        _believe(scope, origin)
        try:
            async with asyncio.timeout_at(deadline):
                if self._limits is not None:
                    await self._limits.arrive(scope, origin.address)
                tenant = await self._tenancy.resolve(scope, origin.host)
                actor = await self._actor(scope, tenant)
        except TimeoutError as error:
            raise DeadlineExceeded from error
        ctx = Context(
            tenant=tenant,
            actor=actor,
            locale=_locale(scope, tenant),
            request_id=request_id,
            address=origin.address,
            base_path=scope.get("rustok_base", ""),
            after=_after(header(scope, b"rustok-after")),
            deadline=deadline,
        )
        if self._limits is not None:
            await self._limits.enter(scope, ctx)
        return ctx

    async def _actor(self, scope: Scope, tenant: TenantRef) -> Actor:
        value = header(scope, b"authorization")
        if value is None:
            return ANONYMOUS
        scheme, _, token = value.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated("The header Authorization has the form: Bearer TOKEN.")
        return await self._identity.authenticate(tenant, token.strip())


def _believe(scope: Scope, origin: Origin) -> None:
    """Pages link to where the caller reached the server, not to where its proxy did."""
    scope["scheme"] = origin.scheme
    host = origin.host.encode("latin-1")
    if (b"host", host) not in scope["headers"]:
        rest = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope["headers"] = [*rest, (b"host", host)]


def _locale(scope: Scope, tenant: TenantRef) -> str:
    query: bytes = scope.get("query_string", b"")
    if b"locale=" in query:
        named = parse_qs(query.decode("latin-1")).get("locale")
        if named:
            return asked(named[0], tenant.locales)
    accept = header(scope, b"accept-language")
    if accept is None:
        return tenant.default_locale
    return negotiated(accept, tenant.locales, tenant.default_locale)


def _after(text: str | None) -> int | None:
    if text is None:
        return None
    if not _TOKEN.fullmatch(text.strip()):
        raise InvalidAfter
    return int(text)
