"""What is declared @cacheable could be kept: everyone may see it, and a resolver makes it."""

from collections.abc import Iterator, Mapping

from rustok.gql.cacheability import CACHEABLE
from rustok.gql.checks.registered import Registered
from rustok.gql.declarations import Declared, selectable
from rustok.gql.directives import applied

ROOTS_WITHOUT = ("Mutation", "Subscription")


def problems(registered: Registered, types: Mapping[str, Declared]) -> Iterator[str]:
    """Fields that declare @cacheable in vain."""
    for declared, name, field in selectable(types):
        if CACHEABLE not in applied(field.directives):
            continue
        where = f"{declared.owners[name]}: @cacheable of {declared.name}.{name}"
        rule = declared.rule(name)
        if rule is not None and not rule.public:
            yield f"{where}: only what everyone may select is kept"
        if declared.name in ROOTS_WITHOUT:
            yield f"{where}: only answers to queries are kept"
        elif declared.kind != "object_type":
            yield f"{where}: the fields of the object types say it"
        elif (declared.name, name) not in registered.resolvers:
            yield f"{where}: it is read, not resolved, and so as cacheable as its parent"
