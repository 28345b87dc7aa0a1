"""Pure rules about roles: the catalogue of permissions and what built-in roles hold of it."""

import re
from collections.abc import Iterable, Mapping

from rustok.core.errors import FieldError, ValidationFailed, invalid
from rustok.core.permissions import Permission

SUPER_ADMIN = "super_admin"
ADMIN = "admin"
MANAGER = "manager"
CUSTOMER = "customer"
ADMINS = (ADMIN, SUPER_ADMIN)
PLATFORM = "platform"
"""Permissions of this resource reach beyond a tenant: only a super_admin holds them."""

_KEPT_FROM_MANAGERS = frozenset(
    {"user", "api-key", "role", "tenant", "module", "event", "dead-letter"}
)
_NAME = re.compile(r"[a-z][a-z0-9_-]{1,62}")
MAX_SUMMARY = 500
MAX_PERMISSIONS = 1_000
MAX_ROLES = 50

SUMMARIES: Mapping[str, str] = {
    SUPER_ADMIN: "The operator of the platform: everything in the tenant, and the platform itself.",
    ADMIN: "Everything in the tenant.",
    MANAGER: "Everything but users, API keys, roles, the tenant's settings and its log.",
    CUSTOMER: "Nothing of what staff may do.",
}


class Catalogue:
    """Every permission there is, and what the built-in roles hold of it."""

    def __init__(self, permissions: Iterable[Permission]) -> None:
        self.permissions = {p.key: p for p in sorted(permissions, key=lambda p: p.key)}
        everything = frozenset(self.permissions)
        self.tenant = frozenset(key for key in everything if _resource(key) != PLATFORM)
        self._built_in: dict[str, frozenset[str]] = {
            SUPER_ADMIN: everything,
            ADMIN: self.tenant,
            MANAGER: frozenset(
                key for key in self.tenant if _resource(key) not in _KEPT_FROM_MANAGERS
            ),
            CUSTOMER: frozenset(),
        }

    def holds(self, role: str, stored: Iterable[str]) -> frozenset[str]:
        """What a role gives: a built-in one by the code, a custom one by its rows.

        Permissions of modules that are not installed any more give nothing.
        """
        built_in = self._built_in.get(role)
        return self.known(stored) if built_in is None else built_in

    def known(self, stored: Iterable[str]) -> frozenset[str]:
        """Those that a tenant's role or key can hold and some installed module declares."""
        return self.tenant.intersection(stored)

    @property
    def built_in(self) -> Mapping[str, frozenset[str]]:
        """The built-in roles, the most powerful first."""
        return self._built_in


def check_name(name: str) -> str:
    """The name of a role to be made; raises ValidationFailed."""
    if name in SUMMARIES:
        raise invalid("ROLE_RESERVED", f"{name} is a built-in role.", "name")
    if not _NAME.fullmatch(name):
        detail = "2 to 63 small letters, digits, hyphens and underscores, a letter first."
        raise invalid("INVALID_ROLE_NAME", detail, "name")
    return name


def check_summary(summary: str) -> str:
    """What a role says of itself; raises ValidationFailed."""
    if len(summary) > MAX_SUMMARY:
        raise invalid("INVALID_SUMMARY", f"At most {MAX_SUMMARY} characters.", "summary")
    return summary


def check_permissions(catalogue: Catalogue, keys: Iterable[str]) -> tuple[str, ...]:
    """The permissions once each; raises ValidationFailed for those a role or key cannot hold."""
    wanted = list(keys)
    if len(wanted) > MAX_PERMISSIONS:
        detail = f"At most {MAX_PERMISSIONS} permissions."
        raise invalid("TOO_MANY_PERMISSIONS", detail, "permissions")
    errors = [
        FieldError(
            path=("permissions", number),
            code="UNKNOWN_PERMISSION",
            detail=f"There is no permission {key[:60]!r} within a tenant.",
        )
        for number, key in enumerate(wanted)
        if key not in catalogue.tenant
    ]
    if errors:
        raise ValidationFailed(errors[0].detail, errors=errors)
    return tuple(sorted(set(wanted)))


def _resource(key: str) -> str:
    return key.partition(":")[0]
