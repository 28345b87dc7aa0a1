"""Write an example of every version of every event into `tests/events_corpus/`, for good.

What was shipped once is in somebody's log: a file that is there is never written again, and its
digest is kept beside it. A change of an event means a new version, and so a new file.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from rustok.core.events.fact import Fact
from tools.write_contracts import own_modules

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "events_corpus"
DIGESTS = CORPUS / "digests.txt"
_LEAVES: Mapping[type[inspect.Type], Any] = {
    inspect.BoolType: True,
    inspect.IntType: 3,
    inspect.FloatType: 1.5,
    inspect.StrType: "text",
    inspect.UUIDType: "01890a5d-ac96-774b-bcce-b302099a8057",
    inspect.DateTimeType: "2026-01-01T00:00:00Z",
    inspect.NoneType: None,
}


def main() -> int:
    known = digests()
    for fact in facts():
        path = CORPUS / file_name(fact)
        if path.name not in known and not path.exists():
            path.write_text(document(fact), encoding="utf-8")
            print(path.name)
    added = {path.name: digest(path) for path in CORPUS.glob("*.json")}
    lines = [f"{value}  {name}" for name, value in sorted({**added, **known}.items())]
    DIGESTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def facts() -> Iterator[type[Fact]]:
    """Every fact that RusToK's own modules declare."""
    for module in own_modules():
        yield from module.part("events") or ()


def file_name(fact: type[Fact]) -> str:
    """Where the example of the fact's present version is."""
    return f"{fact.name}.v{fact.schema_version}.json"


def digests() -> dict[str, str]:
    """The digest of each file, as it was when the file was made."""
    if not DIGESTS.exists():
        return {}
    lines = (line.split() for line in DIGESTS.read_text(encoding="utf-8").splitlines())
    return {name: value for value, name in lines}


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def document(fact: type[Fact]) -> str:
    """The file's text: a payload in which everything is given, and one with as little as may be."""
    payloads = [recorded(fact, full=True), recorded(fact, full=False)]
    example = {
        "name": fact.name,
        "schema_version": fact.schema_version,
        "aggregate": fact.aggregate,
        "payloads": payloads if payloads[0] != payloads[1] else payloads[:1],
    }
    return json.dumps(example, indent=2, ensure_ascii=False) + "\n"


def recorded(fact: type[Fact], *, full: bool) -> Any:
    """A payload as the log keeps it."""
    made = msgspec.convert(sample(inspect.type_info(fact), full=full), fact)
    return msgspec.json.decode(msgspec.json.encode(made))


def sample(kind: inspect.Type, *, full: bool) -> Any:
    """A value of the type, always the same."""
    match kind:
        case inspect.StructType(fields=fields):
            return {
                field.encode_name: sample(field.type, full=full)
                for field in fields
                if full or field.required
            }
        case inspect.UnionType(types=types):
            given = [one for one in types if not isinstance(one, inspect.NoneType)]
            return None if not full and len(given) < len(types) else sample(given[0], full=full)
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            return [sample(item, full=full)] if full else []
        case inspect.DictType(key_type=key, value_type=value):
            return {sample(key, full=full): sample(value, full=full)} if full else {}
        case inspect.LiteralType(values=values):
            return values[-1 if full else 0]
    return _LEAVES[type(kind)]


if __name__ == "__main__":
    sys.exit(main())
