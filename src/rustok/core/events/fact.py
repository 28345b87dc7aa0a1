"""Base of the small frozen facts that modules publish."""

from typing import Any, ClassVar, Literal

import msgspec

Retention = Literal["default", "audit"]
"""How long the log keeps events of a kind; the outbox's settings say how many days each means."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, as others may rely on it: no personal data, no database objects.

    A subclass says its `name` (`product.published`), its `schema_version` and the kind of
    aggregate it belongs to. Fields are only added, with a default; anything else is a new version,
    with an upcaster from the one before.
    """

    name: ClassVar[str]
    schema_version: ClassVar[int] = 1
    aggregate: ClassVar[str]
    retention: ClassVar[Retention] = "default"

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """The JSON schema of the payload, as committed in `contracts/events/`."""
        schema = msgspec.json.schema(cls)
        return {"$id": f"{cls.name}.v{cls.schema_version}", **schema}
