"""Resolvers about API keys."""

from collections.abc import Sequence
from typing import Any

import msgspec

from rustok.auth.registry import resolvers
from rustok.auth.service import ApiKeyService
from rustok.auth.types import (
    API_KEY_ID,
    ApiKey,
    ApiKeyCreator,
    ApiKeyFilter,
    NewApiKey,
)
from rustok.auth.views import position_text
from rustok.core.errors import NotFound
from rustok.core.graphql import (
    Edge,
    Info,
    PageInfo,
    Payload,
    edges,
    essential,
    graph,
    mutation,
    page_info,
    read,
)
from rustok.core.paging import Page


class FoundApiKeys(msgspec.Struct, frozen=True):
    """A page of keys, and what they were asked for by."""

    page: Page[ApiKey]
    filter: ApiKeyFilter
    after: str | None


resolvers.bind("ApiKey", ApiKey)
resolvers.bind("ApiKeyCreator", ApiKeyCreator)
resolvers.bind("ApiKeyConnection", FoundApiKeys)
resolvers.enum("ApiKeyStatus", {"ACTIVE": "active", "EXPIRED": "expired", "REVOKED": "revoked"})


@resolvers.field("ApiKey", "id")
def key_id(api_key: ApiKey, _info: Info) -> str:
    """The id as text."""
    return API_KEY_ID.text(api_key.id)


@resolvers.field("ApiKeyConnection", "edges")
def key_edges(found: FoundApiKeys, _info: Info) -> list[Edge[ApiKey]]:
    """The keys with their cursors."""
    return edges(found.page.cursors, found.page.items)


@resolvers.field("ApiKeyConnection", "nodes")
def nodes(found: FoundApiKeys, _info: Info) -> Sequence[ApiKey]:
    """The keys."""
    return found.page.items


@resolvers.field("ApiKeyConnection", "pageInfo")
def key_page_info(found: FoundApiKeys, _info: Info) -> PageInfo:
    """Where the page begins and ends."""
    return page_info(found.page, found.after)


@resolvers.field("ApiKeyConnection", "totalCount")
async def total_count(found: FoundApiKeys, info: Info) -> int:
    """How many keys match: counted only for those who ask."""
    return await graph(info).get(ApiKeyService).count(graph(info).ctx, found.filter)


@resolvers.field("Query", "apiKeys")
async def api_keys(
    _root: None,
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    filter: dict[str, Any] | None = None,
) -> FoundApiKeys:
    """A page of keys."""
    wanted = read(ApiKeyFilter, filter or {})
    service = graph(info).get(ApiKeyService)
    page = await service.list(graph(info).ctx, wanted, first=first, after=after)
    return FoundApiKeys(page, wanted, after)


@resolvers.field("Query", "apiKey")
async def api_key(_root: None, info: Info, *, id: str) -> ApiKey | None:
    """One key."""
    found = API_KEY_ID.parse_or_none(id)
    if found is None:
        return None
    try:
        return await graph(info).get(ApiKeyService).get(graph(info).ctx, found)
    except NotFound:
        return None


@resolvers.field("Mutation", "apiKeyCreate")
@mutation
async def api_key_create(_root: None, info: Info, *, input: dict[str, Any]) -> Payload:
    """Makes a key."""
    service = graph(info).get(ApiKeyService)
    issued = await service.create(graph(info).ctx, read(NewApiKey, input))
    return {
        "api_key": issued.api_key,
        "secret": issued.secret,
        "position": position_text(issued.position),
    }


@resolvers.field("Mutation", "apiKeyRevoke")
@mutation
@essential
async def api_key_revoke(_root: None, info: Info, *, id: str) -> Payload:
    """Revokes a key."""
    service = graph(info).get(ApiKeyService)
    changed = await service.revoke(graph(info).ctx, API_KEY_ID.parse(id))
    return {"api_key": changed.api_key, "position": position_text(changed.position)}
