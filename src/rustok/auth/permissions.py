"""What one may be allowed to do with a tenant's users."""

from rustok.core.permissions import Permission

USER_READ = Permission("user:read", "See the tenant's users.")
USER_CREATE = Permission(
    "user:create", "Create users, with roles that hold no more than one's own."
)
USER_SUSPEND = Permission("user:suspend", "Suspend and reactivate users.")

PERMISSIONS = (USER_READ, USER_CREATE, USER_SUSPEND)
