"""What one may be allowed to see and do in the tenant's log."""

from rustok.core.permissions import Permission

EVENT_READ = Permission("event:read", "See the tenant's events with their payloads.")
DEAD_LETTER_READ = Permission("dead-letter:read", "See events that a consumer gave up on.")
DEAD_LETTER_MANAGE = Permission(
    "dead-letter:manage", "Give dead events back to their consumers, or discard them."
)

PERMISSIONS = (EVENT_READ, DEAD_LETTER_READ, DEAD_LETTER_MANAGE)
