"""What can go wrong with roles."""

from rustok.core.errors import Conflict, Forbidden


class ExceedsOwnRights(Forbidden):
    """Nobody gives, takes or changes what they do not hold themselves."""

    code = "EXCEEDS_OWN_RIGHTS"
    title = "More than you hold"


class RoleTaken(Conflict):
    """Another role of the tenant has this name."""

    code = "ROLE_TAKEN"
    title = "Role exists"


class RoleBuiltIn(Conflict):
    """Built-in roles cannot be changed or deleted."""

    code = "ROLE_BUILT_IN"
    title = "Built-in role"


class RoleInUse(Conflict):
    """Users still have this role."""

    code = "ROLE_IN_USE"
    title = "Role in use"


class LastAdmin(Conflict):
    """No active admin would remain."""

    code = "LAST_ADMIN"
    title = "Last admin"
