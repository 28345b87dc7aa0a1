"""What one may be allowed to do with roles."""

from rustok.core.permissions import Permission

ROLE_READ = Permission("role:read", "See roles and the permissions there are.")
ROLE_WRITE = Permission("role:write", "Create, change and delete roles, up to one's own rights.")
ROLE_ASSIGN = Permission("role:assign", "Give roles to users, up to one's own rights.")

PERMISSIONS = (ROLE_READ, ROLE_WRITE, ROLE_ASSIGN)
