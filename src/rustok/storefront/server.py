"""From a request to a page: site, surroundings, page, and how the answer may be cached."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import structlog
from cachetools import LRUCache
from litestar import Request, Response
from litestar.response import Stream

from rustok.core.cache import Caches
from rustok.core.context import ANONYMOUS, Context
from rustok.core.errors import NotFound, RustokError
from rustok.storefront import addresses
from rustok.storefront.caching import matches, weak_tag
from rustok.storefront.catalogue import Catalogue
from rustok.storefront.chrome import Surroundings
from rustok.storefront.filters import fields
from rustok.storefront.pages import lists, machines
from rustok.storefront.pages.failure import failure
from rustok.storefront.pages.home import home
from rustok.storefront.pages.product import ProductPage
from rustok.storefront.site import Site, origin
from rustok.storefront.templating import Templates
from rustok.storefront.visit import PageAnswer, Visit
from rustok.storefront.wording import wording

_log = structlog.get_logger("rustok.storefront")
_HTML = "text/html"
_KEPT = 256
_CRAWLERS = "public, max-age=3600"

AnyRequest = Request[Any, Any, Any]
Answer = Response[bytes] | Stream


class Rendered(msgspec.Struct, frozen=True):
    """A page as it is sent, with its entity tag."""

    body: bytes
    tag: str


class Storefront:
    """Answers requests for pages."""

    def __init__(self, catalogue: Catalogue, templates: Templates, caches: Caches) -> None:
        self._catalogue = catalogue
        self._templates = templates
        self._surroundings = Surroundings(catalogue, templates, caches)
        self._rendered: LRUCache[PageAnswer, Rendered] = LRUCache(_KEPT)
        self._product = ProductPage(catalogue, templates, caches)

    async def answer(self, request: AnyRequest, ctx: Context) -> Answer:
        """The answer to a request; every failure is a page, too."""
        address = addresses.read(request.scope["path"], ctx.tenant)
        site = Site(
            tenant=ctx.tenant,
            locale=address.locale,
            base_path=ctx.base_path,
            origin=origin(request.scope["scheme"], request.headers.get("host", "")),
        )
        if address.moved:
            return _moved(site.path(address.quoted), request.scope["query_string"])
        # pages are the same for everyone: nothing that only the caller may see gets into them
        visitor = msgspec.structs.replace(ctx, locale=address.locale, actor=ANONYMOUS)
        if address.locale == ctx.tenant.default_locale:
            if address.path == "/robots.txt":
                return _text(machines.robots(site))
            if address.path == "/sitemap.xml":
                self._catalogue.admit(ctx)
                return _stream(machines.sitemap(visitor, site, self._catalogue))
        query = fields(request.scope["query_string"])
        visit, page = await self._visit(visitor, site, query, address.path)
        return self._render(request, visit, page)

    async def _visit(
        self, ctx: Context, site: Site, query: list[tuple[str, str]], path: str
    ) -> tuple[Visit, PageAnswer]:
        words = wording(site.locale)
        try:
            chrome = await self._surroundings.of(ctx, site)
        except Exception as error:  # noqa: BLE001  # a shop that cannot be read still says so
            chrome = self._surroundings.bare(site)
            visit = Visit(ctx=ctx, site=site, words=words, chrome=chrome, query=query)
            return visit, failure(visit, _known(error, ctx))
        visit = Visit(ctx=ctx, site=site, words=words, chrome=chrome, query=query)
        try:
            return visit, await self._find(visit, path)
        except Exception as error:  # noqa: BLE001  # whatever it is, visitors get a page
            return visit, failure(visit, _known(error, ctx))

    async def _find(self, visit: Visit, path: str) -> PageAnswer:
        match path.split("/")[1:]:
            case ["products", handle]:
                return await self._product(visit, handle)
            case ["categories", handle]:
                return await lists.category(visit, self._catalogue, handle)
            case ["collections", handle]:
                return await lists.collection(visit, self._catalogue, handle)
            case ["collections"]:
                return await lists.collections(visit)
            case ["search"]:
                return await lists.search(visit, self._catalogue)
            case [""]:
                return await home(visit, self._catalogue)
        raise NotFound

    def _body(self, visit: Visit, page: PageAnswer) -> Rendered:
        values = {
            "site": visit.site,
            "t": visit.words,
            "chrome": visit.chrome,
            "head": page.head,
            "query": page.query,
            **page.values,
        }
        body = self._templates.page(page.template, values)
        return Rendered(body, weak_tag(body))

    def _render(self, request: AnyRequest, visit: Visit, page: PageAnswer) -> Response[bytes]:
        rendered = self._rendered.get(page)
        if rendered is None:
            rendered = self._body(visit, page)
            if page.is_kept:
                self._rendered[page] = rendered
        body = rendered.body
        headers = {
            "content-security-policy": visit.chrome.policy,
            "cache-control": page.cache_control,
            "content-language": visit.site.locale,
        }
        if page.retry_after is not None:
            headers["retry-after"] = str(page.retry_after)
        status = page.status
        if status == 200:
            headers["etag"] = rendered.tag
            if matches(request.headers.get("if-none-match"), headers["etag"]):
                status, body = 304, b""
        return Response(body, status_code=status, media_type=_HTML, headers=headers)


def _known(error: Exception, ctx: Context) -> RustokError:
    if isinstance(error, RustokError):
        return error
    _log.error("unhandled", request_id=ctx.request_id, exc_info=error)
    return RustokError()


def _moved(path: str, query: bytes) -> Response[bytes]:
    target = f"{path}?{query.decode('latin-1')}" if query else path
    return Response(b"", status_code=308, headers={"location": target})


def _text(body: bytes) -> Response[bytes]:
    headers = {"cache-control": _CRAWLERS}
    return Response(body, media_type="text/plain", headers=headers)


def _stream(parts: AsyncIterator[bytes]) -> Stream:
    headers = {"cache-control": _CRAWLERS}
    return Stream(parts, media_type="application/xml; charset=utf-8", headers=headers)
