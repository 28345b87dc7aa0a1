"""What a module's manifest must declare: its parts, its access rules, its events."""

import re
from collections.abc import Iterable, Iterator
from inspect import iscoroutinefunction
from typing import Any

from rustok.app.web.graphql import parts
from rustok.core.events import Fact
from rustok.core.modules.manifest import Module
from rustok.core.modules.registry import Modules
from rustok.gql import Schema, compose
from rustok.testing.operations import graphql_calls, rest_calls

PARTS = (
    "permissions settings services rest graphql events upcasters subscribers projections "
    "migrations health on_enable on_disable"
).split()
HOOKS = frozenset({"health", "on_enable", "on_disable"})
PERSONAL = frozenset(
    "email mail phone mobile address street surname birthday birthdate password iban ip".split()
)
"""Words that no field of an event's payload has in its name."""
PERSONAL_NAMES = frozenset(
    "name first_name last_name full_name given_name family_name display_name author".split()
)
_EVENT_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_]+")
_IRREGULAR = frozenset(
    (
        "been begun bought bound brought built caught chosen cut drawn driven fallen found given "
        "gone held hidden hit kept known laid led left lent lost made meant met paid put read "
        "rebuilt reset run seen sent set shut sold spent split spoken taken thrown told undone "
        "upset won written"
    ).split()
)


def part_problems(module: Module, modules: Modules) -> Iterator[str]:
    """Parts that cannot be imported, and requirements that are not there."""
    for name in PARTS:
        try:
            part = module.part(name)
        except (ImportError, AttributeError) as error:
            yield f"{name}: {error}"
        else:
            if name in HOOKS and part is not None and not iscoroutinefunction(part):
                yield f"{name}: {module.part(name)!r} is no async function"
            if name == "settings" and part is not None and not part.__struct_config__.frozen:
                yield f"settings: {part.__qualname__} is not frozen"
    if (module.schema is None) != (module.graphql is None):
        yield "schema and graphql come together"
    missing = sorted(set(module.requires) - modules.names)
    if missing:
        yield f"requires {', '.join(missing)}, which is not installed"


def access_problems(module: Module, modules: Modules) -> Iterator[str]:
    """Routes and fields without a declared access, and permissions that nobody declared."""
    known = {p.key for one in modules for p in one.part("permissions") or ()}
    composed = schema(modules)
    for call in (*rest_calls(modules), *graphql_calls(composed)):
        if call.module != module.name:
            continue
        if not call.declared:
            yield f"{call.name} does not say who may use it"
        if call.permission is not None and call.permission not in known:
            yield f"{call.name} needs {call.permission}, which no module declares"
    for (kind, field), rule in composed.rules.items():
        if rule.permission is None or rule.permission in known:
            continue
        yield f"{kind}.{field} needs {rule.permission}, which no module declares"


def event_problems(module: Module, modules: Modules) -> Iterator[str]:
    """Events whose names or payloads others cannot rely on."""
    everybodys = [fact.name for one in modules for fact in facts(one)]
    for fact in facts(module):
        if not _EVENT_NAME.fullmatch(fact.name) or not _is_past(fact.name):
            yield f"{fact.name} is not of the form noun.past_tense"
        if everybodys.count(fact.name) > 1:
            yield f"{fact.name} is declared more than once"
        if not getattr(fact, "aggregate", ""):
            yield f"{fact.name} says no aggregate"
        if fact.schema_version < 1:
            yield f"{fact.name} has the version {fact.schema_version}"
        for field in sorted(_fields(fact.json_schema())):
            if field in PERSONAL_NAMES or PERSONAL & set(field.split("_")):
                yield f"{fact.name}.{field} looks like personal data"


def facts(module: Module) -> Iterable[type[Fact]]:
    """The facts that a module declares."""
    found: Iterable[type[Fact]] = module.part("events") or ()
    return found


def schema(modules: Modules) -> Schema:
    """The GraphQL schema of all modules; raises SchemaError with all that is wrong with it."""
    return compose(parts(modules))


def _is_past(name: str) -> bool:
    verb = re.split(r"[._]", name)[-1]
    return verb.endswith("ed") or verb in _IRREGULAR


def _fields(document: Any) -> set[str]:
    """The names of all properties in a JSON schema."""
    if isinstance(document, list):
        return set().union(*map(_fields, document))
    if not isinstance(document, dict):
        return set()
    own = document.get("properties")
    inner = set().union(*map(_fields, document.values()), set())
    return inner | set(own) if isinstance(own, dict) else inner
