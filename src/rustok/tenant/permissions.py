"""What one may be allowed to do with the tenant itself."""

from rustok.core.permissions import Permission

TENANT_READ = Permission("tenant:read", "See the tenant's settings, domains and modules.")
TENANT_UPDATE = Permission("tenant:update", "Change the tenant's name, languages and settings.")
MODULE_UPDATE = Permission("module:update", "Switch modules on and off.")

PERMISSIONS = (TENANT_READ, TENANT_UPDATE, MODULE_UPDATE)
