"""`permissions.md`: every permission, and the built-in roles."""

from rustok.core.modules.registry import Modules
from rustok.rbac.domain import SUMMARIES
from tools.reference.markdown import document, table

INTRODUCTION = """\
A permission is `resource:action`. A role holds permissions, a user has roles; nobody gives, takes
or changes what they do not hold themselves."""


def page(modules: Modules) -> str:
    rows = [
        (f"`{permission.key}`", module.name, permission.summary)
        for module in modules
        for permission in module.part("permissions") or ()
    ]
    roles = [(f"`{name}`", text) for name, text in SUMMARIES.items()]
    return document(
        "Permissions",
        INTRODUCTION,
        table(["Permission", "Module", "Allows"], rows),
        "## Built-in roles",
        table(["Role", "Holds"], roles),
    )
