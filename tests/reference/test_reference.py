"""What the code offers is in the reference, and says what it is."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from rustok.app.settings import sections
from rustok.core.modules.registry import Modules
from rustok.core.settings import variable_name
from rustok.testing.conformance.declarations import facts, schema
from rustok.testing.operations import graphql_calls, rest_calls
from tools.reference.errors import error_classes, field_codes
from tools.reference.graphql import described
from tools.reference.settings import documented
from tools.write_contracts import REFERENCE, own_modules

OWN = Modules(own_modules())


def settings() -> Iterator[str]:
    for section, kind in sections(OWN).items():
        for field in msgspec.structs.fields(kind):
            yield variable_name(section, field.name)


def offered() -> Iterator[tuple[str, str]]:
    """The page and the name of all there is."""
    yield from (("settings", name) for name in settings())
    yield from (("events", fact.name) for module in OWN for fact in facts(module))
    yield from (("errors", kind.code) for kind in error_classes())
    yield from (("errors", code) for code in field_codes())
    yield from (("rest", call.name.replace(":str}", "}")) for call in rest_calls(OWN))
    yield from (("graphql", call.name.partition(".")[2]) for call in graphql_calls(schema(OWN)))
    for module in OWN:
        yield from (("permissions", right.key) for right in module.part("permissions") or ())


@pytest.mark.parametrize("page", ["settings", "events", "errors", "rest", "graphql", "permissions"])
def test_everything_is_in_the_reference(page: str) -> None:
    text = (REFERENCE / f"{page}.md").read_text(encoding="utf-8")
    names = [name for where, name in offered() if where == page]

    assert names
    assert [name for name in names if f"`{name}" not in text] == []


def test_every_setting_says_what_it_means() -> None:
    silent = [
        variable_name(section, field.name)
        for section, kind in sections(OWN).items()
        for field in msgspec.structs.fields(kind)
        if field.name not in documented(kind)
    ]

    assert silent == []


def test_every_route_and_field_says_what_it_does() -> None:
    handlers = [handler for module in OWN for handler in module.part("rest") or ()]
    composed = schema(OWN)
    fields = [
        (root, name, field)
        for root in ("Query", "Mutation")
        for name, field in composed.core.type_map[root].fields.items()  # type: ignore[attr-defined]  # roots are objects
    ]

    assert [handler.handler_name for handler in handlers if not handler.fn.__doc__] == []
    assert [f"{root}.{name}" for root, name, field in fields if not described(field)] == []


def test_every_event_and_permission_says_when_and_what() -> None:
    events = [fact.name for module in OWN for fact in facts(module) if not fact.__doc__]
    rights = [
        right.key
        for module in OWN
        for right in module.part("permissions") or ()
        if not right.summary.endswith(".")
    ]

    assert (events, rights) == ([], [])


def test_links_of_the_documents_lead_somewhere() -> None:
    root = REFERENCE.parent.parent
    broken = [
        f"{page.relative_to(root)}: {target}"
        for page in [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
        for target in links(page)
        if not (page.parent / target).exists()
    ]

    assert broken == []


def links(page: Path) -> Iterator[str]:
    """The relative targets of a page's links."""
    for part in page.read_text(encoding="utf-8").split("](")[1:]:
        target = part.partition(")")[0].partition("#")[0]
        if target and "://" not in target and not target.startswith("mailto:"):
            yield target
