"""OpenAPI 3.1 at `/api/openapi.json`, and a page to read it at `/api/docs`, offline."""

from pathlib import Path

import msgspec
from litestar import MediaType, Router, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Tag
from litestar.static_files import create_static_files_router

from rustok import __version__
from rustok.core.http import PUBLIC, problems
from rustok.core.http.access import ACCESS

ASSETS = "/static/swagger"
FOLDER = Path(__file__).parent / "swagger"
ERRORS = (400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503)
TAGS = {
    "api-keys": "Keys that machines sign in with.",
    "roles": "Roles of the tenant and what they permit.",
    "auth": "Sign in, sign out, one's own account.",
    "catalogue": "Products, variants, prices, stock, categories and collections.",
    "store": "What anyone may read of a shop.",
    "tenant": "The tenant, its settings and modules.",
    "users": "The tenant's users and roles.",
    "health": "Whether the server works; outside of every tenant.",
}
PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>RusToK API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="{ASSETS}/favicon-32x32.png">
<link rel="stylesheet" href="{ASSETS}/swagger-ui.css">
</head><body><div id="docs"></div>
<script src="{ASSETS}/swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({{
  url: "/api/openapi.json", dom_id: "#docs", deepLinking: true, docExpansion: "list",
  persistAuthorization: true
}})</script></body></html>"""


def documentation() -> OpenAPIConfig:
    """The configuration of the generated document."""
    return OpenAPIConfig(
        title="RusToK",
        version=__version__,
        description=(
            "The tenant comes from the host, the header `X-Tenant-ID` or the path `/t/{slug}/`. "
            "Errors are problem details (RFC 9457) with a stable `code`. Every unsafe request may "
            "carry an `Idempotency-Key`; a read with `Rustok-After` sees that write."
        ),
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(
                    type="http",
                    scheme="bearer",
                    description="An access token, or an API key (`sk_...`).",
                )
            }
        ),
        tags=[Tag(name=name, description=text) for name, text in TAGS.items()],
        openapi_router=Router(
            path="/api", route_handlers=[page], opt=PUBLIC, include_in_schema=False
        ),
        render_plugins=[JsonRenderPlugin(path="/openapi.json", media_type=MediaType.JSON)],
    )


class ProblemError(msgspec.Struct, frozen=True):
    """What is wrong with one part of the request."""

    pointer: str
    code: str
    detail: str


class Problem(msgspec.Struct, frozen=True, rename="camel"):
    """Problem details (RFC 9457) with a stable code."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: list[ProblemError] = []


def describe(handler: HTTPRouteHandler) -> None:
    """Says of a module's route which errors it answers, and whether it needs a token."""
    problem = ResponseSpec(Problem, media_type=problems.MEDIA_TYPE, generate_examples=False)
    responses = dict(handler.responses or {})
    for status in ERRORS:  # also where no token is needed, one that is not valid is refused
        responses.setdefault(status, problem)
    handler.responses = responses
    if handler.opt.get(ACCESS) != PUBLIC[ACCESS]:
        handler.security = [{"bearer": []}]


@get("/docs", include_in_schema=False, media_type=MediaType.HTML, sync_to_thread=False)
def page() -> str:
    """The page that shows the document."""
    return PAGE


def assets() -> Router:
    """The page's script and styles: Swagger UI, shipped with its licence."""
    return create_static_files_router(
        path=ASSETS, directories=[FOLDER], opt=PUBLIC, include_in_schema=False
    )
