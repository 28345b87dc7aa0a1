"""What all parts registered, joined."""

from collections.abc import Mapping, Sequence
from typing import Any

from rustok.gql.resolvers import Part, Resolver, Scalar


class Registered:
    """By name: classes, resolvers, sources of events, scalars, the Python values of enums."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.classes: dict[str, type] = {}
        self.resolvers: dict[tuple[str, str], Resolver] = {}
        self.sources: dict[str, Resolver] = {}
        self.scalars: dict[str, Scalar] = {}
        self.enums: dict[str, Mapping[str, Any]] = {}
        for part in parts:
            self.classes.update(part.resolvers.bindings)
            self.sources.update(part.resolvers.sources)
            self.scalars.update(part.resolvers.scalars)
            self.enums.update(part.resolvers.enums)
            for type_name, field_name, resolver in part.resolvers.fields:
                self.resolvers[(type_name, field_name)] = resolver
