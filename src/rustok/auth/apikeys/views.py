"""API keys as REST shows them."""

from datetime import datetime

import msgspec

from rustok.auth.types import API_KEY_ID, ApiKey, ApiKeyChanged, IssuedApiKey
from rustok.auth.views import PageBody, position_text


class ApiKeyCreatorBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The user or key that made a key, and whether it may still act."""

    id: str
    is_active: bool


class ApiKeyBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A key by its hint, with the position of the change that made it so."""

    id: str
    name: str
    hint: str
    permissions: tuple[str, ...]
    status: str
    created_at: datetime
    created_by: ApiKeyCreatorBody | None
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    version: int
    position: str | None = None


class IssuedApiKeyBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A new key, and the secret that is shown this once."""

    api_key: ApiKeyBody
    secret: str
    position: str | None


class ApiKeyList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of keys."""

    data: list[ApiKeyBody]
    page: PageBody


def api_key_body(api_key: ApiKey, position: int | None = None) -> ApiKeyBody:
    """The key as REST shows it."""
    creator = None
    if api_key.created_by is not None:
        made_by = api_key.created_by
        creator = ApiKeyCreatorBody(id=made_by.id, is_active=made_by.is_active)
    return ApiKeyBody(
        id=API_KEY_ID.text(api_key.id),
        name=api_key.name,
        hint=api_key.hint,
        permissions=api_key.permissions,
        status=api_key.status,
        created_at=api_key.created_at,
        created_by=creator,
        expires_at=api_key.expires_at,
        revoked_at=api_key.revoked_at,
        last_used_at=api_key.last_used_at,
        version=api_key.version,
        position=position_text(position),
    )


def issued_body(issued: IssuedApiKey) -> IssuedApiKeyBody:
    """The new key as REST shows it."""
    return IssuedApiKeyBody(
        api_key=api_key_body(issued.api_key),
        secret=issued.secret,
        position=position_text(issued.position),
    )


def changed_body(changed: ApiKeyChanged) -> ApiKeyBody:
    """The changed key as REST shows it."""
    return api_key_body(changed.api_key, changed.position)
