"""What can go wrong with tenants."""

from rustok.core.errors import Conflict, NotFound, RustokError


class SlugTaken(Conflict):
    """Another tenant has this slug."""

    code = "SLUG_TAKEN"
    title = "Slug taken"


class DomainTaken(Conflict):
    """Another tenant has this domain."""

    code = "DOMAIN_TAKEN"
    title = "Domain taken"


class ModuleUnknown(NotFound):
    """No such module is installed."""

    code = "MODULE_UNKNOWN"
    title = "Unknown module"


class ModuleRequired(Conflict):
    """The module is part of the platform, or others that are on require it."""

    code = "MODULE_REQUIRED"
    title = "Module required"


class ModuleHookFailed(RustokError):
    """What a module does when it is switched on or off failed: it stays as it was."""

    code = "MODULE_HOOK_FAILED"
    title = "Module not switched"
