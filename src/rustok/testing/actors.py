"""Contexts of the callers that every operation is tested with."""

from uuid import UUID, uuid4

import msgspec

from rustok.core.context import ANONYMOUS, Actor, Context
from rustok.core.permissions import Permission


def as_actor(ctx: Context, *permissions: Permission, user_id: UUID | None = None) -> Context:
    """The context of a signed-in user who holds just these permissions."""
    actor = Actor(
        kind="user",
        user_id=user_id or uuid4(),
        session_id=uuid4(),
        permissions=frozenset(permission.key for permission in permissions),
    )
    return msgspec.structs.replace(ctx, actor=actor)


def as_anonymous(ctx: Context) -> Context:
    """The context of somebody unknown."""
    return msgspec.structs.replace(ctx, actor=ANONYMOUS)
