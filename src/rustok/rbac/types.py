"""Inputs and outputs of the rbac module."""

import msgspec
from msgspec import UNSET, UnsetType


class RoleCreate(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """A role to be made."""

    name: str
    summary: str = ""
    permissions: tuple[str, ...] = ()


class RoleUpdate(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """What to change of a role; what is absent stays."""

    summary: str | UnsetType = UNSET
    permissions: tuple[str, ...] | UnsetType = UNSET


class Role(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A role of the tenant, known by its name."""

    name: str
    summary: str
    built_in: bool
    permissions: tuple[str, ...]
    version: int


class RoleChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A role after a change, with the log token of it."""

    role: Role
    position: int | None = None


class RolesSet(msgspec.Struct, frozen=True, kw_only=True):
    """A user's roles after a change, with the log token of it."""

    roles: tuple[str, ...]
    permissions: tuple[str, ...]
    position: int | None = None
