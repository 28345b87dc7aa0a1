"""REST routes about API keys."""

from typing import Annotated

from litestar import Response, delete, get, post
from litestar.params import Parameter, QueryParameter

from rustok.auth.apikeys.views import (
    ApiKeyBody,
    ApiKeyList,
    IssuedApiKeyBody,
    api_key_body,
    changed_body,
    issued_body,
)
from rustok.auth.permissions import API_KEY_CREATE, API_KEY_READ, API_KEY_REVOKE
from rustok.auth.service import ApiKeyService
from rustok.auth.types import API_KEY_ID, ApiKeyFilter, ApiKeyStatus, NewApiKey
from rustok.auth.views import PageBody
from rustok.core.http import (
    ESSENTIAL,
    Body,
    Ctx,
    FromPath,
    FromQuery,
    Service,
    requires,
)

Limit = Annotated[int | None, Parameter(description="How many: 1 to 100, by default 20.")]
After = Annotated[str | None, Parameter(description="`page.next` of the page before.")]
CreatedBy = Annotated[
    str | None, QueryParameter(name="createdBy", description="The id of a user or key.")
]


@get("/api/v1/admin/api-keys", opt=requires(API_KEY_READ), tags=["api-keys"])
async def api_keys(
    *,
    ctx: Ctx,
    api_key_service: Service[ApiKeyService],
    limit: Limit = None,
    after: After = None,
    status: FromQuery[ApiKeyStatus | None] = None,
    created_by: CreatedBy = None,
    total: FromQuery[bool] = False,
) -> ApiKeyList:
    """The tenant's API keys, the newest first."""
    wanted = ApiKeyFilter(status=status, created_by=created_by)
    page = await api_key_service.list(ctx, wanted, first=limit, after=after)
    return ApiKeyList(
        data=[api_key_body(api_key) for api_key in page.items],
        page=PageBody(
            next=page.end if page.has_next else None,
            total=await api_key_service.count(ctx, wanted) if total else None,
        ),
    )


@get("/api/v1/admin/api-keys/{api_key_id:str}", opt=requires(API_KEY_READ), tags=["api-keys"])
async def api_key(
    ctx: Ctx, api_key_service: Service[ApiKeyService], api_key_id: FromPath[str]
) -> ApiKeyBody:
    """One API key."""
    return api_key_body(await api_key_service.get(ctx, API_KEY_ID.parse(api_key_id)))


@post("/api/v1/admin/api-keys", opt=requires(API_KEY_CREATE), tags=["api-keys"])
async def create_api_key(
    ctx: Ctx, api_key_service: Service[ApiKeyService], data: Body[NewApiKey]
) -> Response[IssuedApiKeyBody]:
    """Makes a key that holds no more than the caller does; its secret is shown this once."""
    issued = await api_key_service.create(ctx, data)
    return Response(issued_body(issued), headers={"cache-control": "no-store"})


@delete(
    "/api/v1/admin/api-keys/{api_key_id:str}",
    opt=requires(API_KEY_REVOKE) | ESSENTIAL,
    tags=["api-keys"],
    status_code=200,
)
async def revoke_api_key(
    ctx: Ctx, api_key_service: Service[ApiKeyService], api_key_id: FromPath[str]
) -> ApiKeyBody:
    """Ends a key for good; it stays in the list."""
    return changed_body(await api_key_service.revoke(ctx, API_KEY_ID.parse(api_key_id)))


ROUTES = (api_keys, api_key, create_api_key, revoke_api_key)
