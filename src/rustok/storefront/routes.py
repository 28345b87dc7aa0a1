"""The storefront's one route: every address below it, in every language, leads to a page here.

One route for all of them, because a path that starts with a language cannot be told from one that
does not before the tenant's languages are known.
"""

from collections.abc import Sequence
from typing import Any

from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler

from rustok.core.cache import Caches
from rustok.core.context import Context
from rustok.core.errors import NotFound
from rustok.core.host import Host
from rustok.core.http import PUBLIC
from rustok.storefront.assets import Assets
from rustok.storefront.catalogue import Catalogue
from rustok.storefront.server import Storefront
from rustok.storefront.templating import Templates

ELSEWHERE = ("/api/", "/graphql", "/admin", "/static/", "/health", "/metrics", "/.well-known/")
"""Where pages of the storefront never are: what is unknown there is a problem document."""


def build(host: Host) -> Sequence[HTTPRouteHandler]:
    """The routes: pages, and the files they need."""
    assets = Assets.load()
    storefront = Storefront(Catalogue(host), Templates(assets), host.get(Caches))

    @route(
        ["/", "/{path:path}"],
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        opt=PUBLIC,
        include_in_schema=False,
    )
    async def storefront_page(request: Request[Any, Any, Any]) -> Response[Any]:
        """A page of the shop."""
        ctx: Context | None = request.scope.get("rustok_ctx")  # type: ignore[assignment]  # the edge's
        if ctx is None or request.scope["path"].startswith(ELSEWHERE):
            raise NotFound
        return await storefront.answer(request, ctx)

    return (storefront_page, assets.route())
