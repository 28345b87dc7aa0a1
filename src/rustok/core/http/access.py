"""Every route says who may use it: `opt=PUBLIC`, `opt=SIGNED_IN` or `opt=requires(PERMISSION)`.

The start fails for a route that says nothing; one guard for all routes enforces what they say.
"""

from typing import Any

from rustok.core.context import Context
from rustok.core.permissions import Permission

ACCESS = "rustok_access"
GOES_ON = "rustok_goes_on"
_PUBLIC = "public"
_SIGNED_IN = "signed-in"

ESSENTIAL: dict[str, Any] = {GOES_ON: True}
"""Joined to a route's access where it goes on while other writes are refused for what waits:
signing in and out, and what operators mend things with."""
PUBLIC: dict[str, Any] = {ACCESS: _PUBLIC}
SIGNED_IN: dict[str, Any] = {ACCESS: _SIGNED_IN}


def requires(permission: Permission) -> dict[str, Any]:
    """The `opt` of a route that needs a permission."""
    return {ACCESS: permission}


def enforce(access: object, ctx: Context) -> None:
    """Raises Unauthenticated or Forbidden where the context does not satisfy a declared access."""
    if access == _PUBLIC:
        return
    if access == _SIGNED_IN:
        ctx.require_user()
        return
    if not isinstance(access, Permission):
        raise TypeError("a route without declared access was mounted")
    ctx.require(access)
