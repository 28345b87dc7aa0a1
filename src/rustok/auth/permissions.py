"""What one may be allowed to do with a tenant's users and API keys."""

from rustok.core.permissions import Permission

USER_READ = Permission("user:read", "See the tenant's users.")
USER_CREATE = Permission(
    "user:create", "Create users, with roles that hold no more than one's own."
)
USER_SUSPEND = Permission("user:suspend", "Suspend and reactivate users.")
API_KEY_READ = Permission("api-key:read", "See the tenant's API keys, never their secrets.")
API_KEY_CREATE = Permission("api-key:create", "Create API keys that hold no more than oneself.")
API_KEY_REVOKE = Permission("api-key:revoke", "Revoke API keys that hold no more than oneself.")

PERMISSIONS = (
    USER_READ,
    USER_CREATE,
    USER_SUSPEND,
    API_KEY_READ,
    API_KEY_CREATE,
    API_KEY_REVOKE,
)
