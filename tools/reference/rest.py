"""`rest.md`: every route and who may use it."""

from typing import Any

from rustok.core.modules.registry import Modules
from rustok.testing.operations import rest_calls
from tools.reference import access
from tools.reference.markdown import document, table

INTRODUCTION = """\
Bodies, parameters and answers are described in
[contracts/openapi.json](../../contracts/openapi.json); a running server shows them at `/api/docs`.
Lists take `limit` (1 to 100) and `after`, and answer `{"data": [...], "page": {"next": ...}}`. An
unsafe request may carry an `Idempotency-Key`, a change `If-Match` with the version it
expects where the document says so, a read `Rustok-After` with the `position` that a write
answered."""


def page(modules: Modules, openapi: dict[str, Any]) -> str:
    texts = descriptions(openapi)
    parts = [INTRODUCTION]
    known = set()
    for module in modules:
        calls = [call for call in rest_calls(modules) if call.module == module.name]
        known |= {_operation(call.name) for call in calls}
        rows = [
            (f"`{_operation(call.name)}`", access.words(call), texts.get(_operation(call.name), ""))
            for call in calls
        ]
        if rows:
            parts += [f"## {module.name}", table(["Route", "For", "What it does"], rows)]
    others = [(f"`{name}`", text) for name, text in texts.items() if name not in known]
    parts += ["## The server", table(["Route", "What it does"], others)]
    return document("REST", *parts)


def descriptions(openapi: dict[str, Any]) -> dict[str, str]:
    """What each operation of the document does, by method and path."""
    return {
        f"{method.upper()} {path}": operation.get("description", "")
        for path, operations in openapi["paths"].items()
        for method, operation in operations.items()
        if isinstance(operation, dict)
    }


def _operation(name: str) -> str:
    """The name as the document has it: parameters without their types."""
    return name.replace(":str}", "}").replace(":uuid}", "}").replace(":int}", "}")
