"""Inputs and outputs of the tenant module."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType


class TenantCreate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tenant to be made."""

    slug: str
    name: str
    default_locale: str = "en"
    locales: tuple[str, ...] = ()
    currency: str = "EUR"
    domains: tuple[str, ...] = ()
    settings: dict[str, Any] = {}


class TenantUpdate(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """What to change; what is absent stays."""

    name: str | UnsetType = UNSET
    default_locale: str | UnsetType = UNSET
    locales: tuple[str, ...] | UnsetType = UNSET
    domains: tuple[str, ...] | UnsetType = UNSET
    settings: dict[str, Any] | UnsetType = UNSET


class TenantView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A tenant as its staff and the command line see it; `position` is for Rustok-After."""

    id: UUID
    slug: str
    name: str
    status: str
    default_locale: str
    locales: tuple[str, ...]
    currency: str
    domains: tuple[str, ...]
    settings: dict[str, Any]
    version: int
    position: str | None = None


class PublicTenant(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A tenant as anyone may see it."""

    slug: str
    name: str
    default_locale: str
    locales: tuple[str, ...]
    currency: str


class ModuleView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An installed module, whether the tenant has it on, and its state in this process."""

    name: str
    version: str
    summary: str
    requires: tuple[str, ...]
    core: bool
    enabled: bool
    state: str


class ModuleChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A switch of a module: `done` ones took effect, `started` and `failed` ones did not."""

    action: str
    state: str
    error: str | None
    started_at: datetime
    ended_at: datetime | None
