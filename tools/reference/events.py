"""`events.md`: every fact in the log, with its payload."""

from typing import Any

from rustok.core.events.fact import Fact
from rustok.core.modules.registry import Modules
from tools.reference.markdown import document, summary, table

INTRODUCTION = """\
Facts that modules leave in the log, each in the transaction that made it true (see
[events](../events.md)). Their JSON schemas are in [contracts/events](../../contracts/events).
Fields are only added, with a default; anything else is a new version. No payload holds personal
data. How many days events are kept as what the table says is a
[setting](settings.md) of the outbox."""


def page(modules: Modules) -> str:
    parts = [INTRODUCTION]
    for module in modules:
        facts: tuple[type[Fact], ...] = tuple(module.part("events") or ())
        if facts:
            head = ["Event", "Version", "Aggregate", "Kept as", "When", "Payload"]
            parts += [f"## {module.name}", table(head, map(_row, facts))]
    return document("Events", *parts)


def _row(fact: type[Fact]) -> tuple[str, ...]:
    return (
        f"`{fact.name}`",
        str(fact.schema_version),
        fact.aggregate,
        fact.retention,
        summary(fact),
        ", ".join(f"`{field}`" for field in _properties(fact)) or "empty",
    )


def _properties(fact: type[Fact]) -> list[str]:
    schema: dict[str, Any] = fact.json_schema()
    name = schema["$ref"].rpartition("/")[2]
    return list(schema["$defs"][name]["properties"])
